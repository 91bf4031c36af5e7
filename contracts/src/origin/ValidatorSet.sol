// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Seal} from "../lib/Seal.sol";
import {Signatures} from "../lib/Signatures.sol";
import {IRegistry, Tally, Voter} from "./IRegistry.sol";

/// The weights of all validators, as far back as a seal can ask (5.3, 5.4).
struct Voters {
    mapping(uint32 index => Voter) voters;
    /// sum of F(k) at k % 4; one slot
    uint64[4] totals;
    /// D(k), sum of F_v(k) over slashed v, at k % 4; one slot (4.5)
    uint64[4] slashedSums;
    /// indices assigned so far
    uint32 count;
}

/// @title F_v(k) and the tally of a seal (5.3)
/// @notice F_v(k) is v's weight from kernel k on. Updates of one validator are at least two heights apart, so weight,
/// previous weight and the height of the change give F_v exactly for the heights n, n - 1 and n - 2 that seals ask for.
///
///     k              1     2     3     4                     K_3 carried a weight update of v
///     F_v(k)        10    10    25    25                     {weight 25, previous 10, changedAt 3}
///
/// Forward of height m counts F_v(m), rear F_v(m - 1): forward of m is rear of m + 1, the stitching.
library ValidatorSet {
    function total(Voters storage set, uint64 k) internal view returns (uint64) {
        return set.totals[k % 4];
    }

    /// @notice Gives the next free index to a joiner. Founders (height 1) weigh the same at height 0.
    function join(Voters storage set, address signer, uint32 weight, uint64 height) internal returns (uint32 index) {
        index = set.count++;
        set.voters[index] = Voter({
            signer: signer,
            weight: weight,
            previous: height == 1 ? weight : 0,
            changedAt: uint32(height)
        });
    }

    /// @notice Sets a validator's weight from `height` on.
    function change(Voters storage set, uint32 index, uint32 weight, uint64 height) internal {
        Voter memory voter = set.voters[index];
        voter.previous = voter.weight;
        voter.weight = weight;
        voter.changedAt = uint32(height);
        set.voters[index] = voter;
    }

    /// @notice Weighs a seal by F(m) and F(m - 1), m at least 1.
    function tally(Voters storage set, uint64 m, bytes32 digest, bytes calldata seal)
        internal
        view
        returns (Tally memory result)
    {
        uint256 signers = Seal.count(seal);
        bytes memory indices = _room(4 * signers);
        uint32 before;
        for (uint256 i = 0; i < signers; ++i) {
            (uint32 index, bytes32 r, bytes32 vs) = Seal.at(seal, i);
            Seal.requireAscending(i, before, index);
            _count(result, signed(set, digest, index, r, vs), m);
            _put(indices, i, index);
            before = index;
        }
        result.forwardTotal = total(set, m);
        result.rearTotal = total(set, m - 1);
        result.roll = Seal.roll(m, Seal.ECDSA, indices);
    }

    /// @notice The whole slot of an index's voter, which must be assigned, after a check of its signature. A seal reads it
    /// once per signer; a struct in memory would read it once per field.
    function signed(Voters storage set, bytes32 digest, uint32 index, bytes32 r, bytes32 vs)
        internal
        view
        returns (uint256 word)
    {
        Voter storage voter = set.voters[index];
        assembly ("memory-safe") {
            word := sload(voter.slot)
        }
        if (word == 0) revert IRegistry.IndexUnassigned(index);
        address signer = Signatures.tryRecover(digest, r, vs);
        if (signer != address(uint160(word))) {
            revert IRegistry.SealSignatureInvalid(index, address(uint160(word)), signer);
        }
    }

    /// Adds F_v(m) and F_v(m - 1). No sum overflows: at most 1,024 signers weigh below 2^32 each.
    function _count(Tally memory result, uint256 word, uint64 m) private pure {
        unchecked {
            uint64 weight = uint32(word >> 160);
            uint64 previous = uint32(word >> 192);
            uint256 changedAt = word >> 224;
            result.forward += changedAt <= m ? weight : previous;
            result.rear += changedAt < m ? weight : previous;
        }
    }

    /// Room for packed 4-byte indices, with 28 bytes behind it that whole-word writes reach.
    function _room(uint256 length) private pure returns (bytes memory indices) {
        indices = new bytes(length + 28);
        assembly ("memory-safe") {
            mstore(indices, length)
        }
    }

    /// Writes the i-th index: its word's other 28 bytes are overwritten by the next, or lie behind the list.
    function _put(bytes memory indices, uint256 i, uint32 index) private pure {
        assembly ("memory-safe") {
            mstore(add(add(indices, 32), mul(4, i)), shl(224, index))
        }
    }
}
