// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BlockHeader, Header} from "../lib/BlockHeader.sol";
import {IOriginBlockStore} from "./IOriginBlockStore.sol";

/// @title Store of origin's checkpoints (3.3)
contract OriginBlockStore is IOriginBlockStore {
    uint256 public constant override RING = 32;
    uint64 public immutable override ORIGIN_EPOCH;
    uint64 public immutable override ROOT_NUMBER;
    bytes32 public immutable override ROOT;
    address public immutable override POLLING_PLACE;

    mapping(bytes32 hash => uint64 number) private _numbers;
    mapping(bytes32 hash => bytes32) public override stateRoot;
    /// @dev The ring: four numbers to a slot beside the hashes, so that a search reads 8 slots at most.
    bytes32[RING] private _ringHashes;
    uint64[RING] private _ringNumbers;
    uint64 public override finalisedCount;

    /// @param rootNumber number of origin's root, as the core recorded it at opening (2.1)
    /// @param rootHash its hash
    /// @param originEpoch E_o, origin's epoch length
    /// @param pollingPlace the one contract that may finalise
    constructor(uint64 rootNumber, bytes32 rootHash, uint64 originEpoch, address pollingPlace) {
        if (originEpoch == 0 || rootNumber % originEpoch != 0) revert NumberNotCheckpoint(rootNumber, originEpoch);
        ORIGIN_EPOCH = originEpoch;
        ROOT_NUMBER = rootNumber;
        ROOT = rootHash;
        POLLING_PLACE = pollingPlace;
        emit OriginRootRecorded(rootHash, rootNumber, originEpoch);
    }

    /// @inheritdoc IOriginBlockStore
    function report(bytes calldata header) external override {
        Header memory parsed = BlockHeader.parse(header);
        if (parsed.number % ORIGIN_EPOCH != 0) revert NumberNotCheckpoint(parsed.number, ORIGIN_EPOCH);
        if (parsed.number <= ROOT_NUMBER) revert NumberNotAboveRoot(parsed.number, ROOT_NUMBER);
        if (_numbers[parsed.hash] != 0) revert BlockAlreadyReported(parsed.hash);
        _numbers[parsed.hash] = parsed.number;
        stateRoot[parsed.hash] = parsed.stateRoot;
        emit OriginBlockReported(parsed.number, parsed.hash, parsed.stateRoot);
    }

    /// @inheritdoc IOriginBlockStore
    function finalise(bytes32 hash) external override {
        if (msg.sender != POLLING_PLACE) revert CallerNotPollingPlace(msg.sender, POLLING_PLACE);
        uint64 number = _numbers[hash];
        uint256 entry = finalisedCount % RING;
        _ringHashes[entry] = hash;
        _ringNumbers[entry] = number;
        ++finalisedCount;
        emit OriginBlockFinalised(number, hash);
    }

    /// @inheritdoc IOriginBlockStore
    function finalisedRoot(uint64 number) external view override returns (bytes32) {
        uint256 count = finalisedCount;
        uint256 oldest = count > RING ? count - RING : 0;
        while (count > oldest) {
            --count;
            if (_ringNumbers[count % RING] == number) return stateRoot[_ringHashes[count % RING]];
        }
        revert RootNotInRing(number);
    }

    /// @inheritdoc IOriginBlockStore
    function position(bytes32 hash) external view override returns (uint64 number, bool reported) {
        if (hash == ROOT) return (ROOT_NUMBER, true);
        number = _numbers[hash];
        reported = number != 0;
    }

    /// @inheritdoc IOriginBlockStore
    function finalised(uint256 entry) external view override returns (uint64 number, bytes32 hash) {
        return (_ringNumbers[entry], _ringHashes[entry]);
    }
}
