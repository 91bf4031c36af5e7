// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";

/// @dev Block headers of the Prague form, 21 fields, from those that Mosaic reads.
library Headers {
    function make(bytes32 parent, bytes32 stateRoot, bytes32 transactionsRoot, uint64 number, uint64 gasUsed)
        internal
        pure
        returns (bytes memory)
    {
        return make(parent, stateRoot, transactionsRoot, number, gasUsed, new bytes(256));
    }

    function make(
        bytes32 parent,
        bytes32 stateRoot,
        bytes32 transactionsRoot,
        uint64 number,
        uint64 gasUsed,
        bytes memory bloom
    ) internal pure returns (bytes memory) {
        bytes[] memory f = new bytes[](21);
        f[0] = RLP.encode(parent);
        f[1] = RLP.encode(keccak256("ommers"));
        f[2] = RLP.encode(abi.encodePacked(bytes20(keccak256("coinbase"))));
        f[3] = RLP.encode(stateRoot);
        f[4] = RLP.encode(transactionsRoot);
        f[5] = RLP.encode(keccak256("receipts"));
        f[6] = RLP.encode(bloom);
        f[7] = RLP.encode(uint256(0));
        f[8] = RLP.encode(uint256(number));
        f[9] = RLP.encode(uint256(30_000_000));
        f[10] = RLP.encode(uint256(gasUsed));
        f[11] = RLP.encode(uint256(1_700_000_000) + number);
        f[12] = RLP.encode(bytes("mosaic"));
        f[13] = RLP.encode(keccak256("mix"));
        f[14] = RLP.encode(new bytes(8));
        f[15] = RLP.encode(uint256(7));
        f[16] = RLP.encode(keccak256("withdrawals"));
        f[17] = RLP.encode(uint256(0));
        f[18] = RLP.encode(uint256(0));
        f[19] = RLP.encode(keccak256("beacon root"));
        f[20] = RLP.encode(keccak256("requests"));
        return RLP.encode(f);
    }
}
