// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {MosaicHash} from "../lib/MosaicHash.sol";
import {Signatures} from "../lib/Signatures.sol";
import {CoreStatus, ICore} from "./ICore.sol";
import {Account, IRegistry, RegistryConfig} from "./IRegistry.sol";
import {IReputation} from "./IReputation.sol";
import {LossIndex} from "./LossIndex.sol";
import {Queues, UpdateQueues} from "./UpdateQueues.sol";
import {Voters} from "./ValidatorSet.sol";

/// @title What the two halves of a registry share: its storage, its parameters, and what a stake is worth (4.6)
/// @notice The registry holds storage and tokens; Penalties is code alone, created by the registry's constructor and only
/// ever run in the registry's place (delegatecall). The two are one contract of more code than EIP-170 allows in one
/// piece, so both inherit this layout and are made from the same parameters.
/// @dev Storage layout. `_accounts` at slot 0 is protocol (6.2); the rest stays as it is.
///
///      0 accounts   1 voters   2 totals   3 slashed sums   4 index count   5 queue ends   6 queue entries
///      7 entry count   8 losses (4.6)   9..16 rolls   17 vetoed (7.5)   18 credit (2.3)   19 burned (2.3)
///      20 exposed   21 joining and leaving (4.6)
abstract contract RegistryState {
    using LossIndex for Checkpoints.Trace224;
    using UpdateQueues for Queues;

    /// Stakes that a kernel moves into `_exposed` or out of it when the next one opens.
    struct Moving {
        /// of the validators that the open kernel joined, exact
        uint128 joining;
        /// of those that it logged out, rounded up
        uint128 leaving;
    }

    uint64 internal constant ONE = 1e18;
    /// @dev 64 of it, the most that one kernel moves, fit the halves of `Moving`.
    uint128 internal constant MAX_STAKE = type(uint120).max;

    mapping(address signer => Account) internal _accounts;
    Voters internal _set;
    Queues internal _queues;
    Checkpoints.Trace224 internal _losses;
    bytes32[8] internal _rolls;
    mapping(address gateway => bool) internal _vetoed;
    mapping(address account => uint256) internal _credit;
    uint256 internal _burned;
    /// The stakes that a loss at the last committed height n - 1 falls on: n_0 <= n - 1 < n_e. Never more than they are
    /// worth together, and less by at most one unit for each change of one of them. Kept while the core is open.
    uint256 internal _exposed;
    Moving internal _moving;

    address internal immutable _core;
    bytes32 internal immutable _domain;
    bytes32 internal immutable _coreId;
    uint128 internal immutable _minStake;
    uint128 internal immutable _weightUnit;
    address internal immutable _reputation;
    uint256 internal immutable _reputationGas;

    constructor(address core_, RegistryConfig memory config) {
        _core = core_;
        _domain = ICore(core_).domainSeparator();
        _coreId = MosaicHash.coreId(block.chainid, core_);
        _minStake = config.minStake;
        _weightUnit = config.weightUnit;
        _reputation = config.reputation;
        _reputationGas = config.reputationGas;
    }

    modifier onlyCore() {
        if (msg.sender != _core) revert IRegistry.NotCore(msg.sender);
        _;
    }

    // Stake (4.6)

    /// The indices between which a stake lost: now, or at n_e, over that before n_0. A queued deposit lost nothing.
    function _lossOf(Account storage account_) private view returns (uint256 now_, uint256 then) {
        if (account_.joinHeight == 0) return (LossIndex.START, LossIndex.START);
        then = _losses.before(account_.joinHeight);
        now_ = account_.endHeight == 0 ? _losses.current() : _losses.before(account_.endHeight);
    }

    /// What all shares of an account are worth, rounded down. Below 2^240: MAX_STAKE * START.
    function _stakeOf(Account storage account_) internal view returns (uint256) {
        (uint256 now_, uint256 then) = _lossOf(account_);
        return account_.shares * now_ / then;
    }

    /// What all shares of an account are worth, rounded up.
    function _stakeCeiling(Account storage account_) internal view returns (uint256) {
        (uint256 now_, uint256 then) = _lossOf(account_);
        return Math.ceilDiv(account_.shares * now_, then);
    }

    /// Takes shares out of an account, and of the sums that it counts in.
    /// @param height of the open kernel
    /// @return amount what they are worth, rounded down: what may be paid or burned for them
    function _take(Account storage account_, uint256 shares, uint64 height) internal returns (uint256 amount) {
        (uint256 now_, uint256 then) = _lossOf(account_);
        account_.shares -= uint128(shares);
        amount = shares * now_ / then;
        (uint32 joined, uint32 ended) = (account_.joinHeight, account_.endHeight);
        if (joined == 0 || (ended != 0 && ended < height)) return amount;
        if (joined == height) {
            _moving.joining -= uint128(amount);
            return amount;
        }
        _exposed = Math.saturatingSub(_exposed, Math.ceilDiv(shares * now_, then));
        if (ended != 0) _moving.leaving -= uint128(amount);
    }

    // Updates (5.4)

    function _enqueue(uint8 kind, address signer, uint32 weight) internal {
        Account storage account_ = _accounts[signer];
        account_.position = _queues.push(kind, signer, weight);
        account_.queued = kind + 1;
        emit IRegistry.UpdateQueued(signer, kind, weight);
    }

    /// Takes the update that waits for this account, if there is one, out of its queue.
    function _dequeue(Account storage account_) internal {
        if (account_.queued == 0) return;
        _queues.drop(account_.queued - 1, account_.position);
        account_.queued = 0;
        account_.position = 0;
    }

    // Checks

    function _halted() internal view returns (bool) {
        return ICore(_core).status() == CoreStatus.Halted;
    }

    function _requireSignedBy(address signer, bytes32 digest, bytes calldata signature) internal pure {
        address actual = Signatures.recover(digest, signature);
        if (actual != signer) revert IRegistry.SignerMismatch(signer, actual);
    }

    /// floor(stake * reputation / unit), reputation in [0, 1]; the answer of a contract that fails, answers short or
    /// has no code counts as 0 (5.2). Whoever calls must leave it its gas: of what is left 63/64 can be passed on.
    function _sampledWeight(address signer, Account storage account_) internal view returns (uint32) {
        bytes memory question =
            abi.encodeCall(IReputation.reputation, (signer, ICore(_core).openHeight() + 1, account_.joinHeight));
        address target = _reputation;
        uint256 budget = _reputationGas;
        uint256 needed = budget + budget / 63 + 10_000;
        if (gasleft() < needed) revert IRegistry.GasTooLow(gasleft(), needed);
        uint256 factor;
        assembly ("memory-safe") {
            let success := staticcall(budget, target, add(question, 32), mload(question), 0, 32)
            if and(success, gt(returndatasize(), 31)) { factor := mload(0) }
        }
        if (factor > ONE) factor = ONE;
        return uint32(_stakeOf(account_) * factor / (uint256(_weightUnit) * ONE));
    }
}
