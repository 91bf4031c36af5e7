// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {ExactToken} from "../lib/ExactToken.sol";
import {MosaicHash} from "../lib/MosaicHash.sol";
import {PublicKey} from "../lib/PublicKey.sol";
import {ValidatorUpdate, Vote} from "../lib/Types.sol";
import {CoreStatus, ICore} from "./ICore.sol";
import {Account, IRegistry, RegistryConfig, RollPreimage, Tally, ValidatorState, Voter} from "./IRegistry.sol";
import {LossIndex} from "./LossIndex.sol";
import {Penalties} from "./Penalties.sol";
import {RegistryState} from "./RegistryState.sol";
import {SlashedWeight} from "./SlashedWeight.sol";
import {Entry, Queues, UpdateQueues} from "./UpdateQueues.sol";
import {Voters, ValidatorSet} from "./ValidatorSet.sol";

/// @title The validators of one core: stake, keys, weights (5); described in IRegistry
/// @dev Deposits, departures and the set are here; everything that takes stake away is in Penalties, whose code the
/// constructor creates and the functions below run in this contract's place. One creation transaction holds all of it.
///
///     Registry                      delegatecall          Penalties
///     storage, tokens, set   slash, present, leak, ...    code
///
/// Storage: RegistryState.
contract Registry is RegistryState, IRegistry {
    using ExactToken for IERC20;
    using LossIndex for Checkpoints.Trace224;
    using UpdateQueues for Queues;
    using ValidatorSet for Voters;
    using SlashedWeight for Voters;

    /// Bound of the interfaces: a reporter gets at most 5 %, else slashing oneself refunds (2.3).
    uint64 private constant MAX_REPORTER_SHARE = 5e16;

    /// @inheritdoc IRegistry
    address public immutable penalties;
    /// @inheritdoc IRegistry
    address public immutable stakeToken;
    /// @inheritdoc IRegistry
    uint64 public immutable depositsUntil;
    /// @inheritdoc IRegistry
    uint32 public immutable maxUpdates;
    uint256 private immutable _minValidators;
    uint256 private immutable _minStakeTotal;
    uint256 private immutable _withdrawalDelay;

    /// @param core_ deployed before; it names this contract's address and the hash of `config`
    constructor(address core_, RegistryConfig memory config) RegistryState(core_, config) {
        _requireBounds(config);
        if (ICore(core_).registry() != address(this)) {
            revert RegistryMismatch(ICore(core_).registry(), address(this));
        }
        bytes32 configHash = keccak256(abi.encode(config));
        if (ICore(core_).registryConfigHash() != configHash) {
            revert ConfigMismatch(ICore(core_).registryConfigHash(), configHash);
        }
        penalties = address(new Penalties(core_, config));
        stakeToken = ICore(core_).stakeToken();
        depositsUntil = uint64(block.timestamp) + config.depositPeriod;
        maxUpdates = config.maxUpdates;
        _minValidators = config.minValidators;
        _minStakeTotal = config.minStakeTotal;
        _withdrawalDelay = config.withdrawalDelay;
    }

    // Deposits and departures

    /// @inheritdoc IRegistry
    function deposit(uint256 amount, bytes32 x, bytes32 y, address withdrawal, bytes calldata signature) external {
        if (_halted()) revert CoreIsHalted();
        if (!PublicKey.onCurve(x, y)) revert KeyNotOnCurve(x, y);
        address signer = PublicKey.toAddress(x, y);
        Account storage account_ = _accounts[signer];
        if (account_.state != ValidatorState.None) revert SignerKnown(signer, account_.state);
        if (withdrawal == address(0)) revert WithdrawalAddressZero();
        _requireStake(amount);
        _requireSignedBy(signer, depositDigest(signer, withdrawal, msg.sender), signature);
        account_.state = ValidatorState.Queued;
        account_.withdrawal = withdrawal;
        account_.shares = uint128(amount);
        account_.deposit = uint128(amount);
        account_.x = x;
        account_.y = y;
        emit Deposited(signer, withdrawal, amount, x, y);
        _enqueue(UpdateQueues.JOIN, signer, _sampledWeight(signer, account_));
        IERC20(stakeToken).pull(msg.sender, amount);
    }

    /// @inheritdoc IRegistry
    function cancel(address signer) external {
        Account storage account_ = _accounts[signer];
        if (msg.sender != account_.withdrawal) revert NotWithdrawalAddress(msg.sender, account_.withdrawal);
        if (account_.state != ValidatorState.Queued) revert StateInvalid(signer, account_.state);
        _dequeue(account_);
        account_.state = ValidatorState.Cancelled;
        uint256 amount = account_.shares;
        account_.shares = 0;
        emit DepositCancelled(signer, msg.sender, amount);
        IERC20(stakeToken).send(msg.sender, amount);
    }

    /// @inheritdoc IRegistry
    function logout(address signer, bytes calldata signature) external {
        Account storage account_ = _accounts[signer];
        if (msg.sender != account_.withdrawal) _requireSignedBy(signer, logoutDigest(signer), signature);
        if (account_.state != ValidatorState.Active) revert StateInvalid(signer, account_.state);
        CoreStatus status = ICore(_core).status();
        if (status != CoreStatus.Open) revert CoreNotOpen(uint8(status));
        _dequeue(account_);
        account_.state = ValidatorState.Leaving;
        emit LogoutRequested(signer);
        _enqueue(UpdateQueues.LOGOUT, signer, 0);
    }

    /// @inheritdoc IRegistry
    function release(address signer) external {
        Account storage account_ = _accounts[signer];
        ValidatorState state = account_.state;
        bool halted = _halted();
        uint64 height = ICore(_core).openHeight();
        if (!halted && (account_.endHeight == 0 || height <= uint64(account_.endHeight) + 1)) {
            revert HandOverPending(signer, account_.endHeight, height);
        }
        if (state != ValidatorState.Leaving && !(halted && state == ValidatorState.Active)) {
            revert StateInvalid(signer, state);
        }
        _dequeue(account_);
        account_.state = ValidatorState.Released;
        // A core halted with K_1 open committed nothing: no seal of anyone's counts anywhere.
        uint256 delay = halted && height <= 1 ? 0 : _withdrawalDelay;
        account_.releasableAt = uint40(block.timestamp + delay);
        emit ReleaseStarted(signer, account_.releasableAt);
    }

    /// @inheritdoc IRegistry
    function withdraw(address signer) external {
        Account storage account_ = _accounts[signer];
        if (account_.state != ValidatorState.Released) revert StateInvalid(signer, account_.state);
        if (block.timestamp < account_.releasableAt) revert WithdrawalDelayed(signer, account_.releasableAt);
        account_.state = ValidatorState.Withdrawn;
        uint256 amount = _stakeOf(account_);
        account_.shares = 0;
        emit Withdrawn(signer, account_.withdrawal, amount);
        IERC20(stakeToken).send(account_.withdrawal, amount);
    }

    /// @inheritdoc IRegistry
    function refresh(address signer) external {
        Account storage account_ = _accounts[signer];
        if (account_.state != ValidatorState.Active) revert StateInvalid(signer, account_.state);
        if (account_.queued != 0) revert UpdateWaiting(signer, account_.queued - 1);
        uint32 weight = _sampledWeight(signer, account_);
        if (weight == _set.voters[account_.index].weight) revert WeightUnchanged(signer, weight);
        _enqueue(UpdateQueues.WEIGHT, signer, weight);
    }

    /// @inheritdoc IRegistry
    function collect(address to) external {
        uint256 amount = _credit[msg.sender];
        if (amount == 0) revert NoCredit(msg.sender);
        _credit[msg.sender] = 0;
        emit Collected(msg.sender, to, amount);
        IERC20(stakeToken).send(to, amount);
    }

    // What takes stake away (2.3, 4.4, 4.6, 5.5, 7.5): the other half

    /// @inheritdoc IRegistry
    function slash(Vote calldata, bytes calldata, Vote calldata, bytes calldata) external {
        _runPenalties();
    }

    /// @inheritdoc IRegistry
    function present(uint64, Vote[] calldata, bytes calldata) external {
        _runPenalties();
    }

    /// @inheritdoc IRegistry
    function leak(address, RollPreimage[] calldata) external {
        _runPenalties();
    }

    /// @inheritdoc IRegistry
    function penalise(bytes calldata, address) external {
        _runPenalties();
    }

    /// @inheritdoc IRegistry
    function lose(uint64, uint64, address) external {
        _runPenalties();
    }

    /// @inheritdoc IRegistry
    function veto(address, address, bytes calldata) external {
        _runPenalties();
    }

    /// Runs the function of the same name and arguments there, on the storage here, and ends the call as it ends.
    function _runPenalties() private {
        address code = penalties;
        assembly {
            calldatacopy(0, 0, calldatasize())
            let done := delegatecall(gas(), code, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            switch done
            case 0 { revert(0, returndatasize()) }
            default { return(0, returndatasize()) }
        }
    }

    // The set, moved by the core

    /// @inheritdoc IRegistry
    function found() external onlyCore returns (ValidatorUpdate[] memory updates) {
        if (block.timestamp < depositsUntil) revert DepositPeriodRunning(depositsUntil);
        updates = _carry(1);
        if (updates.length < _minValidators) revert TooFewValidators(updates.length, _minValidators);
        uint256 stake;
        for (uint256 i = 0; i < updates.length; ++i) {
            stake += _accounts[updates[i].validator].shares;
        }
        if (stake < _minStakeTotal) revert TooLittleStake(stake, _minStakeTotal);
        if (_set.total(1) == 0) revert NoWeight();
        _set.totals[0] = _set.totals[1];
    }

    /// @inheritdoc IRegistry
    function advance(uint64 next, bytes32 roll_) external onlyCore returns (ValidatorUpdate[] memory) {
        _rolls[(next - 1) % 8] = roll_;
        _moveExposed();
        return _carry(next);
    }

    /// A loss at the height that has just been committed falls on those whom its kernel or an earlier one joined, and
    /// not on those whom it logged out (4.6).
    function _moveExposed() private {
        Moving memory moving = _moving;
        if (moving.joining == 0 && moving.leaving == 0) return;
        _exposed = Math.saturatingSub(_exposed + moving.joining, moving.leaving);
        delete _moving;
    }

    /// What one commit takes from the queues, in memory.
    struct Taking {
        uint64 next;
        uint256 carried;
        uint256 examined;
        uint64 total;
        uint64 slashed;
        uint256 joining;
        uint256 leaving;
    }

    /// Takes slash, logout, weight, join in this order, each queue from its head, until U updates are carried or 2U
    /// examined; an entry that must wait goes to its tail and is not examined again (5.4).
    function _carry(uint64 next) private returns (ValidatorUpdate[] memory updates) {
        updates = new ValidatorUpdate[](maxUpdates);
        Taking memory taking = Taking({
            next: next,
            carried: 0,
            examined: 0,
            total: _set.total(next - 1),
            slashed: _set.slashedSums[(next - 1) % 4],
            joining: 0,
            leaving: 0
        });
        _carryKind(UpdateQueues.SLASH, taking, updates);
        _carryKind(UpdateQueues.LOGOUT, taking, updates);
        _carryKind(UpdateQueues.WEIGHT, taking, updates);
        _carryKind(UpdateQueues.JOIN, taking, updates);
        _set.totals[next % 4] = taking.total;
        _set.slashedSums[next % 4] = taking.slashed;
        if (taking.joining + taking.leaving != 0) {
            _moving = Moving({joining: uint128(taking.joining), leaving: uint128(taking.leaving)});
        }
        uint256 carried = taking.carried;
        assembly ("memory-safe") {
            mstore(updates, carried)
        }
    }

    function _carryKind(uint8 kind, Taking memory taking, ValidatorUpdate[] memory updates) private {
        uint32 last = _queues.tail(kind);
        uint32 position;
        while (position != last && taking.carried < maxUpdates && taking.examined < 2 * uint256(maxUpdates)) {
            position = _queues.head(kind);
            Entry memory entry = _queues.entries[position];
            ++taking.examined;
            if (_mustWait(kind, entry, taking)) {
                _queues.rotate(kind);
                continue;
            }
            _queues.drop(kind, position);
            updates[taking.carried++] = _apply(kind, entry, taking);
        }
    }

    /// An update waits while another of the same validator is less than two heights old (slash excepted), or if it
    /// would leave the forward set without weight (5.4).
    function _mustWait(uint8 kind, Entry memory entry, Taking memory taking) private view returns (bool) {
        if (kind == UpdateQueues.JOIN) return false;
        if (kind == UpdateQueues.SLASH) return taking.total == entry.weight;
        Voter memory voter_ = _set.voters[_accounts[entry.signer].index];
        if (taking.next < uint64(voter_.changedAt) + 2) return true;
        return taking.total - voter_.weight + entry.weight == 0;
    }

    /// Writes what the next kernel says about one validator. A slash entry holds the weight that leaves the totals;
    /// the voter's own weight is 0 from the slash on (5.3).
    function _apply(uint8 kind, Entry memory entry, Taking memory taking)
        private
        returns (ValidatorUpdate memory update)
    {
        Account storage account_ = _accounts[entry.signer];
        uint32 index = account_.index;
        uint32 weight = kind == UpdateQueues.SLASH ? 0 : entry.weight;
        if (kind == UpdateQueues.JOIN) {
            index = _set.join(entry.signer, weight, taking.next);
            account_.index = index;
            account_.state = ValidatorState.Active;
            account_.joinHeight = uint32(taking.next);
            taking.total += weight;
            taking.joining += account_.shares;
        } else if (kind == UpdateQueues.SLASH) {
            taking.total -= entry.weight;
            taking.slashed -= entry.weight;
        } else {
            uint32 before = _set.voters[index].weight;
            taking.total = taking.total - before + weight;
            _set.change(index, weight, taking.next);
            // Whoever gains its first weight owes votes from here on, and none from before (5.5).
            if (before == 0 && weight != 0) account_.lastPresent = uint32(taking.next - 1);
            if (kind == UpdateQueues.LOGOUT) {
                taking.leaving += _stakeCeiling(account_);
                account_.endHeight = uint32(taking.next);
            }
        }
        account_.queued = 0;
        account_.position = 0;
        emit UpdateCarried(taking.next, entry.signer, kind, weight, index);
        return ValidatorUpdate({validator: entry.signer, weight: weight, kind: kind});
    }

    // Checks

    function _requireStake(uint256 amount) private view {
        if (amount < _minStake) revert StakeTooSmall(amount, _minStake);
        uint256 maximum = uint256(_weightUnit) * type(uint32).max + _weightUnit - 1;
        if (maximum > MAX_STAKE) maximum = MAX_STAKE;
        if (amount > maximum) revert StakeTooLarge(amount, maximum);
    }

    function _requireBounds(RegistryConfig memory c) private pure {
        if (c.depositPeriod > type(uint32).max) revert ParameterInvalid("depositPeriod", c.depositPeriod);
        if (c.weightUnit == 0) revert ParameterInvalid("weightUnit", 0);
        if (c.minStake < c.weightUnit) revert ParameterInvalid("minStake", c.minStake);
        if (c.maxUpdates == 0 || c.maxUpdates > 64) revert ParameterInvalid("maxUpdates", c.maxUpdates);
        if (c.minValidators > c.maxUpdates) revert ParameterInvalid("minValidators", c.minValidators);
        if (c.withdrawalDelay > type(uint32).max) revert ParameterInvalid("withdrawalDelay", c.withdrawalDelay);
        if (c.leakFraction > ONE) revert ParameterInvalid("leakFraction", c.leakFraction);
        if (c.missCap >= ONE) revert ParameterInvalid("missCap", c.missCap);
        if (c.missFraction > c.missCap) revert ParameterInvalid("missFraction", c.missFraction);
        if (c.observationFraction > ONE) revert ParameterInvalid("observationFraction", c.observationFraction);
        if (c.reporterShare > MAX_REPORTER_SHARE) revert ParameterInvalid("reporterShare", c.reporterShare);
        if (c.reputation == address(0)) revert ParameterInvalid("reputation", 0);
        if (c.reputationGas == 0) revert ParameterInvalid("reputationGas", 0);
    }

    // Views

    /// @inheritdoc IRegistry
    function tally(uint64 m, bytes32 digest, bytes calldata seal) external view returns (Tally memory) {
        uint64 height = ICore(_core).openHeight();
        if (m == 0 || m > height || m + 1 < height) revert HeightNotTallied(m, height);
        return _set.tally(m, digest, seal);
    }

    /// @inheritdoc IRegistry
    function core() external view returns (address) {
        return _core;
    }

    /// @inheritdoc IRegistry
    function minStake() external view returns (uint128) {
        return _minStake;
    }

    /// @inheritdoc IRegistry
    function weightUnit() external view returns (uint128) {
        return _weightUnit;
    }

    /// @inheritdoc IRegistry
    function credit(address account_) external view returns (uint256) {
        return _credit[account_];
    }

    /// @inheritdoc IRegistry
    function burned() external view returns (uint256) {
        return _burned;
    }

    /// @inheritdoc IRegistry
    function vetoed(address gateway) external view returns (bool) {
        return _vetoed[gateway];
    }

    /// @inheritdoc IRegistry
    function stakeOf(address signer) external view returns (uint256) {
        return _stakeOf(_accounts[signer]);
    }

    /// @inheritdoc IRegistry
    function exposedStake() external view returns (uint256) {
        return _exposed;
    }

    /// @inheritdoc IRegistry
    function lossIndex() external view returns (uint256) {
        return _losses.current();
    }

    /// @inheritdoc IRegistry
    function lossIndexBefore(uint32 height) external view returns (uint256) {
        return _losses.before(height);
    }

    /// @inheritdoc IRegistry
    function account(address signer) external view returns (Account memory) {
        return _accounts[signer];
    }

    /// @inheritdoc IRegistry
    function voter(uint32 index) external view returns (Voter memory) {
        return _set.voters[index];
    }

    /// @inheritdoc IRegistry
    function total(uint64 k) external view returns (uint64) {
        return _set.total(k);
    }

    /// @inheritdoc IRegistry
    function slashedSum(uint64 k) external view returns (uint64) {
        return _set.slashedSums[k % 4];
    }

    /// @inheritdoc IRegistry
    function slashedThird(uint64 n) external view returns (bool) {
        return _set.reachesThird(n);
    }

    /// @inheritdoc IRegistry
    function roll(uint64 k) external view returns (bytes32) {
        return _rolls[k % 8];
    }

    /// @inheritdoc IRegistry
    function indexCount() external view returns (uint32) {
        return _set.count;
    }

    /// @inheritdoc IRegistry
    function waiting(uint8 kind) external view returns (ValidatorUpdate[] memory) {
        return _queues.list(kind);
    }

    /// @inheritdoc IRegistry
    function depositDigest(address signer, address withdrawal, address depositor) public view returns (bytes32) {
        return MosaicHash.digest(_domain, MosaicHash.depositHash(signer, withdrawal, depositor));
    }

    /// @inheritdoc IRegistry
    function logoutDigest(address signer) public view returns (bytes32) {
        return MosaicHash.digest(_domain, MosaicHash.logoutHash(signer));
    }

    /// @inheritdoc IRegistry
    function vetoDigest(address gateway) external view returns (bytes32) {
        return MosaicHash.digest(_domain, MosaicHash.vetoHash(gateway));
    }
}
