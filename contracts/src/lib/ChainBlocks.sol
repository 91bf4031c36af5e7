// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Hashes of the own chain's blocks (3.2)
/// @notice BLOCKHASH reaches 256 blocks back. Where the chain has EIP-2935 its history contract reaches 8,191; it is
/// believed only if the code at its address is the known one, because on a chain without the EIP anything could stand
/// there.
library ChainBlocks {
    /// @notice Blocks that the BLOCKHASH opcode reaches.
    uint256 internal constant WINDOW = 256;

    /// @notice Blocks that the history contract reaches.
    uint256 internal constant HISTORY_WINDOW = 8191;

    /// @notice EIP-2935's history contract.
    address internal constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

    /// @notice keccak256 of the runtime code that EIP-2935 prints:
    /// 3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff8143031160425761
    /// 1fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500
    bytes32 internal constant HISTORY_CODE_HASH = 0x6e49e66782037c0555897870e29fa5e552daf4719552131a0abce779daec0a5d;

    /// @notice The hash of block `number` of this chain, or 0 when it is out of reach.
    function hashOf(uint256 number) internal view returns (bytes32) {
        if (number >= block.number) return 0;
        uint256 distance = block.number - number;
        if (distance <= WINDOW) return blockhash(number);
        if (distance > HISTORY_WINDOW || HISTORY.codehash != HISTORY_CODE_HASH) return 0;
        (bool success, bytes memory answer) = HISTORY.staticcall(abi.encode(number));
        if (!success || answer.length != 32) return 0;
        return abi.decode(answer, (bytes32));
    }
}
