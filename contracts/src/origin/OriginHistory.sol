// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BlockHeader, Header} from "../lib/BlockHeader.sol";
import {ChainBlocks} from "../lib/ChainBlocks.sol";
import {IOriginHistory} from "./IOriginHistory.sol";

/// @title History of the origin chain's own block hashes (3.4); described in IOriginHistory
contract OriginHistory is IOriginHistory {
    /// @inheritdoc IOriginHistory
    uint256 public constant MAX_RUN = 256;

    /// @inheritdoc IOriginHistory
    mapping(uint64 number => bytes32 hash) public known;

    /// @inheritdoc IOriginHistory
    function record(uint64 number) external returns (bytes32 hash) {
        if (number >= block.number) revert BlockNotPast(number, block.number);
        hash = _hashOf(number);
        if (hash == 0) revert BlockOutOfReach(number);
        _record(number, hash);
    }

    /// @inheritdoc IOriginHistory
    function extend(uint64 number, bytes[] calldata headers) external {
        (uint64 below, bytes32 hash) = _descend(number, headers);
        _record(below, hash);
    }

    /// @inheritdoc IOriginHistory
    function contains(uint64 number, bytes32 hash, bytes[] calldata headers) external view returns (bool) {
        if (hash == 0) return false;
        if (_hashOf(number) == hash) return true;
        if (headers.length == 0) return false;
        (uint64 below, bytes32 found) = _descend(BlockHeader.parse(headers[0]).number, headers);
        return below == number && found == hash;
    }

    /// The number and hash of the block below a run that begins at block `number`.
    function _descend(uint64 number, bytes[] calldata headers) private view returns (uint64, bytes32 hash) {
        if (headers.length == 0 || headers.length > MAX_RUN) revert RunLengthInvalid(headers.length);
        hash = _hashOf(number);
        if (hash == 0) revert BlockUnknown(number);
        for (uint256 i = 0; i < headers.length; ++i) {
            Header memory header = BlockHeader.parse(headers[i]);
            if (header.hash != hash) revert HeaderHashMismatch(i, hash, header.hash);
            if (header.number != number) revert HeaderNumberMismatch(i, number, header.number);
            if (number == 0) revert NothingBelowGenesis();
            hash = header.parentHash;
            --number;
        }
        return (number, hash);
    }

    function _hashOf(uint64 number) private view returns (bytes32 hash) {
        hash = known[number];
        if (hash == 0) hash = ChainBlocks.hashOf(number);
    }

    function _record(uint64 number, bytes32 hash) private {
        if (known[number] != 0) return;
        known[number] = hash;
        emit BlockRecorded(number, hash);
    }
}
