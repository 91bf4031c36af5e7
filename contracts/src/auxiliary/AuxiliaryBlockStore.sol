// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {BlockHeader, Header} from "../lib/BlockHeader.sol";
import {ChainBlocks} from "../lib/ChainBlocks.sol";
import {IAuxiliaryBlockStore, Record} from "./IAuxiliaryBlockStore.sol";

/// @title Store of the auxiliary chain's own headers (3.1, 3.2)
contract AuxiliaryBlockStore is IAuxiliaryBlockStore {
    using RLP for bytes;
    using RLP for Memory.Slice;
    using SafeCast for uint256;

    /// @dev A header of 610 bytes costs about 17,000 gas: 256 of them, one BLOCKHASH window, 4.4 million.
    uint256 public constant override MAX_RUN = 256;
    uint64 public immutable override EPOCH;
    bytes32 public immutable override ROOT;

    mapping(bytes32 hash => Record) private _records;

    /// @param rootHeader the root's header in RLP; its hash binds every field (2.1)
    /// @param epoch E, the auxiliary chain's epoch length
    constructor(bytes memory rootHeader, uint64 epoch) {
        Memory.Slice[] memory fields = rootHeader.decodeList();
        if (fields.length < BlockHeader.MIN_FIELDS) revert RootHeaderMalformed();
        uint64 number = fields[8].readUint256().toUint64();
        if (epoch == 0 || number == 0 || number % epoch != 0) revert RootNotCheckpoint(number, epoch);
        bytes32 hash = keccak256(rootHeader);
        bytes32 transactionRoot = fields[4].readBytes32();
        uint64 gas = fields[10].readUint256().toUint64();
        EPOCH = epoch;
        ROOT = hash;
        _records[hash] = Record(number, true, gas, transactionRoot);
        emit AuxiliaryRootRecorded(hash, number, transactionRoot, gas, epoch);
    }

    /// @inheritdoc IAuxiliaryBlockStore
    function report(bytes32 first, bytes calldata headers) external override {
        Record memory run = _records[first];
        if (run.number == 0) revert BlockNotRecorded(first);
        bytes32 last = _walk(run, first, headers);
        Record storage known = _records[last];
        bool own = ChainBlocks.hashOf(run.number) == last;
        if (known.number == 0) {
            _records[last] = Record(run.number, own, run.gas, run.transactionRoot);
            emit BlocksReported(first, last, run.number, run.transactionRoot, run.gas);
            if (own) emit BlockAnchored(last);
        } else if (own && !known.anchored) {
            _anchor(known, last);
        }
    }

    /// @inheritdoc IAuxiliaryBlockStore
    function anchor(bytes32 hash) external override {
        Record storage known = _recorded(hash);
        if (known.anchored) return;
        bytes32 own = ChainBlocks.hashOf(known.number);
        if (own != hash) revert BlockNotOwn(hash, known.number, own);
        _anchor(known, hash);
    }

    /// @inheritdoc IAuxiliaryBlockStore
    function anchorParent(bytes32 first, bytes calldata headers) external override {
        Record storage parent = _recorded(first);
        bytes32 last = _walk(parent, first, headers);
        if (!_records[last].anchored) revert BlockNotAnchored(last);
        if (!parent.anchored) _anchor(parent, first);
    }

    /// @inheritdoc IAuxiliaryBlockStore
    function record(bytes32 hash) external view override returns (Record memory) {
        return _records[hash];
    }

    /// @inheritdoc IAuxiliaryBlockStore
    function position(bytes32 hash) external view override returns (uint64 number, bool anchored) {
        Record storage known = _records[hash];
        return (known.number, known.anchored);
    }

    /// @inheritdoc IAuxiliaryBlockStore
    function accumulated(bytes32 hash)
        external
        view
        override
        returns (uint64 number, bool anchored, uint256 gas, bytes32 transactionRoot)
    {
        Record storage known = _records[hash];
        return (known.number, known.anchored, known.gas, known.transactionRoot);
    }

    /// @dev Moves `run` from the block `hash` to the end of the headers; returns the last one's hash.
    function _walk(Record memory run, bytes32 hash, bytes calldata headers) private pure returns (bytes32) {
        (uint64 number, uint256 gas, bytes32 transactionRoot) = (run.number, run.gas, run.transactionRoot);
        Header memory header;
        uint256 count = 0;
        uint256 offset = 0;
        // Numbers and counts rise by one for each header, of which there are at most MAX_RUN; gas by less than 2^64.
        unchecked {
            while (offset < headers.length) {
                if (count == MAX_RUN) revert RunLengthInvalid(count + 1, MAX_RUN);
                offset = BlockHeader.read(header, headers, offset);
                if (header.parentHash != hash) revert ParentMismatch(count, hash, header.parentHash);
                if (header.number != number + 1) revert NumberMismatch(count, number + 1, header.number);
                ++number;
                transactionRoot = Hashes.efficientKeccak256(transactionRoot, header.transactionsRoot);
                gas += header.gasUsed;
                hash = header.hash;
                ++count;
            }
        }
        if (count == 0) revert RunLengthInvalid(0, MAX_RUN);
        (run.number, run.gas, run.transactionRoot) = (number, gas.toUint184(), transactionRoot);
        return hash;
    }

    function _recorded(bytes32 hash) private view returns (Record storage known) {
        known = _records[hash];
        if (known.number == 0) revert BlockNotRecorded(hash);
    }

    function _anchor(Record storage known, bytes32 hash) private {
        known.anchored = true;
        emit BlockAnchored(hash);
    }
}
