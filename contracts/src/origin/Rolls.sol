// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Seal} from "../lib/Seal.sol";
import {IRegistry, RollPreimage} from "./IRegistry.sol";

/// @title Who is missing from the seal of a committed meta-block (5.5)
/// @notice A roll is one word; its preimage, which MetaBlockCommitted's seal gives to everybody, is the ascending list of
/// the signers' indices, 4 bytes each. A tally made it, so it ascends and a binary search decides.
///
///     roll(k) = keccak256(abi.encode(k, 0x00, 00000000 00000002 00000003))      1 is missing
library Rolls {
    uint256 private constant INDEX = 4;

    /// @notice Refuses a preimage that is not of this roll, and an index that signed.
    function requireMissing(bytes32 roll, uint64 height, RollPreimage calldata preimage, uint32 index) internal pure {
        bytes32 actual = Seal.roll(height, preimage.kind, preimage.indices);
        if (actual != roll) revert IRegistry.RollMismatch(height, roll, actual);
        (uint256 low, uint256 high) = (0, preimage.indices.length / INDEX);
        while (low < high) {
            uint256 middle = (low + high) / 2;
            uint32 found = uint32(bytes4(preimage.indices[INDEX * middle:]));
            if (found == index) revert IRegistry.SignedThen(height, index);
            if (found < index) low = middle + 1;
            else high = middle;
        }
    }
}
