// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ExactToken} from "../lib/ExactToken.sol";
import {MosaicHash} from "../lib/MosaicHash.sol";
import {Offence} from "../lib/Offence.sol";
import {PublicKey} from "../lib/PublicKey.sol";
import {Seal} from "../lib/Seal.sol";
import {Signatures} from "../lib/Signatures.sol";
import {ValidatorUpdate, Vote} from "../lib/Types.sol";
import {CoreStatus, ICore} from "./ICore.sol";
import {Account, IRegistry, RegistryConfig, RollPreimage, Tally, ValidatorState, Voter} from "./IRegistry.sol";
import {IReputation} from "./IReputation.sol";
import {Rolls} from "./Rolls.sol";
import {SlashedWeight} from "./SlashedWeight.sol";
import {Entry, Queues, UpdateQueues} from "./UpdateQueues.sol";
import {Voters, ValidatorSet} from "./ValidatorSet.sol";

/// @title The validators of one core: stake, keys, weights (5); described in IRegistry
/// @dev Storage layout. `_accounts` at slot 0 is protocol (6.2); the rest stays as it is so that what later clauses
/// store has its place.
///
///      0 accounts   1 voters   2 totals   3 slashed sums   4 index count   5 queue ends   6 queue entries
///      7 entry count   8 loss index (4.6)   9..16 rolls   17 vetoed (7.5)   18 credit (2.3)   19 burned (2.3)
contract Registry is IRegistry {
    using ExactToken for IERC20;
    using UpdateQueues for Queues;
    using ValidatorSet for Voters;
    using SlashedWeight for Voters;

    /// A loss that everybody carried at `faultHeight` bears: stake = shares * index(now) / index(before n_0) (4.6).
    struct Loss {
        uint32 faultHeight;
        uint128 index;
    }

    /// Bound of the interfaces: a reporter gets at most 5 %, else slashing oneself refunds (2.3).
    uint64 private constant MAX_REPORTER_SHARE = 5e16;
    uint64 private constant ONE = 1e18;

    mapping(address signer => Account) private _accounts;
    Voters private _set;
    Queues private _queues;
    Loss[] private _losses;
    bytes32[8] private _rolls;
    /// @inheritdoc IRegistry
    mapping(address gateway => bool) public vetoed;
    /// @inheritdoc IRegistry
    mapping(address account => uint256) public credit;
    /// @inheritdoc IRegistry
    uint256 public burned;

    /// @inheritdoc IRegistry
    address public immutable core;
    /// @inheritdoc IRegistry
    address public immutable stakeToken;
    /// @inheritdoc IRegistry
    uint64 public immutable depositsUntil;
    /// @inheritdoc IRegistry
    uint128 public immutable minStake;
    /// @inheritdoc IRegistry
    uint128 public immutable weightUnit;
    /// @inheritdoc IRegistry
    uint32 public immutable maxUpdates;
    bytes32 private immutable _domain;
    bytes32 private immutable _coreId;
    bytes32 private immutable _originId;
    uint256 private immutable _minValidators;
    uint256 private immutable _minStakeTotal;
    uint256 private immutable _withdrawalDelay;
    address private immutable _reputation;
    uint256 private immutable _reputationGas;
    uint256 private immutable _reporterShare;
    uint256 private immutable _observationFraction;
    uint256 private immutable _leakFraction;

    modifier onlyCore() {
        if (msg.sender != core) revert NotCore(msg.sender);
        _;
    }

    /// @param core_ deployed before; it names this contract's address and the hash of `config`
    constructor(address core_, RegistryConfig memory config) {
        _requireBounds(config);
        if (ICore(core_).registry() != address(this)) {
            revert RegistryMismatch(ICore(core_).registry(), address(this));
        }
        bytes32 configHash = keccak256(abi.encode(config));
        if (ICore(core_).registryConfigHash() != configHash) {
            revert ConfigMismatch(ICore(core_).registryConfigHash(), configHash);
        }
        core = core_;
        stakeToken = ICore(core_).stakeToken();
        _domain = ICore(core_).domainSeparator();
        _coreId = MosaicHash.coreId(block.chainid, core_);
        _originId = MosaicHash.originId(block.chainid);
        depositsUntil = uint64(block.timestamp) + config.depositPeriod;
        minStake = config.minStake;
        weightUnit = config.weightUnit;
        maxUpdates = config.maxUpdates;
        _minValidators = config.minValidators;
        _minStakeTotal = config.minStakeTotal;
        _withdrawalDelay = config.withdrawalDelay;
        _reputation = config.reputation;
        _reputationGas = config.reputationGas;
        _reporterShare = config.reporterShare;
        _observationFraction = config.observationFraction;
        _leakFraction = config.leakFraction;
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
        CoreStatus status = ICore(core).status();
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
        uint64 height = ICore(core).openHeight();
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
        uint256 amount = account_.shares;
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

    // Offences

    /// @inheritdoc IRegistry
    function slash(Vote calldata a, bytes calldata signatureA, Vote calldata b, bytes calldata signatureB) external {
        Offence.Scope memory scope = Offence.Scope({coreId: _coreId, originId: _originId, domain: _domain});
        Offence.Proven memory proven = Offence.prove(scope, a, signatureA, b, signatureB);
        Account storage account_ = _accounts[proven.signer];
        ValidatorState state = account_.state;
        if (state == ValidatorState.None || state > ValidatorState.Released) revert StateInvalid(proven.signer, state);
        _dequeue(account_);
        account_.state = ValidatorState.Slashed;
        uint256 stake = account_.shares;
        account_.shares = 0;
        uint256 reward = stake * _reporterShare / ONE;
        credit[msg.sender] += reward;
        burned += stake - reward;
        emit Slashed(proven.signer, proven.condition, proven.hashA, proven.hashB, msg.sender, stake, reward);
        // A join that no kernel carried has no index and no weight.
        if (account_.joinHeight != 0) _endVoting(proven.signer, account_.index);
    }

    /// Takes the weight at every height, and halts the core if that leaves a third of a set without a vote (4.5).
    function _endVoting(address signer, uint32 index) private {
        uint64 height = ICore(core).openHeight();
        uint32 weight = _set.slash(index, height);
        if (weight != 0) _enqueue(UpdateQueues.SLASH, signer, weight);
        if (!_set.reachesThird(height) || _halted()) return;
        ICore(core).haltForSlashing();
    }

    /// @inheritdoc IRegistry
    function collect(address to) external {
        uint256 amount = credit[msg.sender];
        if (amount == 0) revert NoCredit(msg.sender);
        credit[msg.sender] = 0;
        emit Collected(msg.sender, to, amount);
        IERC20(stakeToken).send(to, amount);
    }

    // The inactivity leak (5.5)

    /// @inheritdoc IRegistry
    function present(uint64 height, Vote[] calldata votes, bytes calldata records) external {
        uint64 open = ICore(core).openHeight();
        if (height == 0 || open == 0 || height != open - 1) revert HeightNotCommittedLast(height, open);
        if (votes.length == 0 || records.length != votes.length * Seal.RECORD) {
            revert RecordsLengthInvalid(votes.length, records.length);
        }
        uint64 target = ICore(core).committed().sourceHeight + 1;
        uint32[] memory indices = new uint32[](votes.length);
        for (uint256 i = 0; i < votes.length; ++i) {
            if (votes[i].chain != _coreId) revert VoteChainMismatch(votes[i].chain, _coreId);
            if (votes[i].targetHeight != target) revert VoteTargetMismatch(votes[i].targetHeight, target);
            indices[i] = _presentBy(height, MosaicHash.hash(votes[i]), records, i);
        }
        emit Presented(height, indices);
    }

    /// The i-th record's validator, who signed this vote and weighs something in V_height, is present.
    function _presentBy(uint64 height, bytes32 voteHash, bytes calldata records, uint256 i)
        private
        returns (uint32 index)
    {
        bytes32 r;
        bytes32 vs;
        (index, r, vs) = Seal.record(records, i * Seal.RECORD);
        _set.signed(MosaicHash.digest(_domain, voteHash), index, r, vs);
        Voter memory voter_ = _set.voters[index];
        bool counts = voter_.changedAt < height
            ? voter_.weight != 0
            : voter_.previous != 0 || (voter_.changedAt == height && voter_.weight != 0);
        if (!counts) revert Weightless(voter_.signer);
        _accounts[voter_.signer].lastPresent = uint32(height);
    }

    /// @inheritdoc IRegistry
    function leak(address signer, RollPreimage[] calldata preimages) external {
        Account storage account_ = _accounts[signer];
        if (account_.state != ValidatorState.Active) revert StateInvalid(signer, account_.state);
        CoreStatus status = ICore(core).status();
        if (status != CoreStatus.Open) revert CoreNotOpen(uint8(status));
        uint64 height = ICore(core).openHeight();
        _requireLongAbsent(signer, account_, height);
        if (preimages.length != 4) revert PreimageCountInvalid(preimages.length);
        for (uint64 i = 0; i < 4; ++i) {
            uint64 k = height - 5 + i;
            Rolls.requireMissing(_rolls[k % 8], k, preimages[i], account_.index);
        }
        uint256 amount = uint256(account_.shares) * _leakFraction / ONE;
        account_.shares -= uint128(amount);
        account_.lastLeak = uint32(height - 2);
        burned += amount;
        emit Leaked(signer, height - 2, amount);
        _requeue(signer, account_);
    }

    /// A leak's update: what the stake weighs now in place of a weight that waited, or below the minimum a logout.
    function _requeue(address signer, Account storage account_) private {
        _dequeue(account_);
        if (account_.shares < minStake) {
            account_.state = ValidatorState.Leaving;
            emit LogoutRequested(signer);
            _enqueue(UpdateQueues.LOGOUT, signer, 0);
            return;
        }
        uint32 weight = _sampledWeight(signer, account_);
        if (weight != _set.voters[account_.index].weight) _enqueue(UpdateQueues.WEIGHT, signer, weight);
    }

    /// @inheritdoc IRegistry
    function penalise(bytes calldata seal, address challenger) external onlyCore {
        uint256 lost;
        uint256 signers = Seal.count(seal);
        for (uint256 i = 0; i < signers; ++i) {
            (uint32 index,,) = Seal.at(seal, i);
            address signer = _set.voters[index].signer;
            Account storage account_ = _accounts[signer];
            uint256 amount = uint256(account_.shares) * _observationFraction / ONE;
            account_.shares -= uint128(amount);
            lost += amount;
            emit Penalised(signer, amount);
        }
        uint256 reward = lost * _reporterShare / ONE;
        credit[challenger] += reward;
        burned += lost - reward;
        emit PenaltyShared(challenger, lost, reward);
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
        return _carry(next);
    }

    /// What one commit takes from the queues, in memory.
    struct Taking {
        uint64 next;
        uint256 carried;
        uint256 examined;
        uint64 total;
        uint64 slashed;
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
            slashed: _set.slashedSums[(next - 1) % 4]
        });
        _carryKind(UpdateQueues.SLASH, taking, updates);
        _carryKind(UpdateQueues.LOGOUT, taking, updates);
        _carryKind(UpdateQueues.WEIGHT, taking, updates);
        _carryKind(UpdateQueues.JOIN, taking, updates);
        _set.totals[next % 4] = taking.total;
        _set.slashedSums[next % 4] = taking.slashed;
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
        } else if (kind == UpdateQueues.SLASH) {
            taking.total -= entry.weight;
            taking.slashed -= entry.weight;
        } else {
            taking.total = taking.total - _set.voters[index].weight + weight;
            _set.change(index, weight, taking.next);
            if (kind == UpdateQueues.LOGOUT) account_.endHeight = uint32(taking.next);
        }
        account_.queued = 0;
        account_.position = 0;
        emit UpdateCarried(taking.next, entry.signer, kind, weight, index);
        return ValidatorUpdate({validator: entry.signer, weight: weight, kind: kind});
    }

    function _enqueue(uint8 kind, address signer, uint32 weight) private {
        Account storage account_ = _accounts[signer];
        account_.position = _queues.push(kind, signer, weight);
        account_.queued = kind + 1;
        emit UpdateQueued(signer, kind, weight);
    }

    /// Takes the update that waits for this account, if there is one, out of its queue.
    function _dequeue(Account storage account_) private {
        if (account_.queued == 0) return;
        _queues.drop(account_.queued - 1, account_.position);
        account_.queued = 0;
        account_.position = 0;
    }

    // Checks

    function _halted() private view returns (bool) {
        return ICore(core).status() == CoreStatus.Halted;
    }

    /// Carried by K_{n-5} or earlier, not shown present and not leaked since, n the open height (5.5). Who weighs nothing
    /// owes no vote: it warms up, or its lifetime is over.
    function _requireLongAbsent(address signer, Account storage account_, uint64 height) private view {
        if (uint256(account_.joinHeight) + 5 > height) revert JoinedTooLate(signer, account_.joinHeight, height);
        Voter memory voter_ = _set.voters[account_.index];
        bool counts = voter_.weight != 0 && (voter_.previous != 0 || uint256(voter_.changedAt) + 5 <= height);
        if (!counts) revert Weightless(signer);
        if (uint256(account_.lastPresent) + 5 >= height) revert PresentSince(signer, account_.lastPresent, height);
        if (uint256(account_.lastLeak) + 5 >= height) revert LeakedSince(signer, account_.lastLeak, height);
    }

    function _requireStake(uint256 amount) private view {
        if (amount < minStake) revert StakeTooSmall(amount, minStake);
        uint256 maximum = uint256(weightUnit) * type(uint32).max + weightUnit - 1;
        if (maximum > type(uint128).max) maximum = type(uint128).max;
        if (amount > maximum) revert StakeTooLarge(amount, maximum);
    }

    function _requireSignedBy(address signer, bytes32 digest, bytes calldata signature) private pure {
        address actual = Signatures.recover(digest, signature);
        if (actual != signer) revert SignerMismatch(signer, actual);
    }

    /// floor(shares * reputation / unit), reputation in [0, 1]; the answer of a contract that fails, answers short or
    /// has no code counts as 0 (5.2). Whoever calls must leave it its gas: of what is left 63/64 can be passed on.
    function _sampledWeight(address signer, Account storage account_) private view returns (uint32) {
        bytes memory question =
            abi.encodeCall(IReputation.reputation, (signer, ICore(core).openHeight() + 1, account_.joinHeight));
        address target = _reputation;
        uint256 budget = _reputationGas;
        uint256 needed = budget + budget / 63 + 10_000;
        if (gasleft() < needed) revert GasTooLow(gasleft(), needed);
        uint256 factor;
        assembly ("memory-safe") {
            let success := staticcall(budget, target, add(question, 32), mload(question), 0, 32)
            if and(success, gt(returndatasize(), 31)) { factor := mload(0) }
        }
        if (factor > ONE) factor = ONE;
        return uint32(uint256(account_.shares) * factor / (uint256(weightUnit) * ONE));
    }

    function _requireBounds(RegistryConfig memory c) private pure {
        if (c.depositPeriod > type(uint32).max) revert ParameterInvalid("depositPeriod", c.depositPeriod);
        if (c.weightUnit == 0) revert ParameterInvalid("weightUnit", 0);
        if (c.minStake < c.weightUnit) revert ParameterInvalid("minStake", c.minStake);
        if (c.maxUpdates == 0 || c.maxUpdates > 64) revert ParameterInvalid("maxUpdates", c.maxUpdates);
        if (c.minValidators > c.maxUpdates) revert ParameterInvalid("minValidators", c.minValidators);
        if (c.withdrawalDelay > type(uint32).max) revert ParameterInvalid("withdrawalDelay", c.withdrawalDelay);
        if (c.leakFraction > ONE) revert ParameterInvalid("leakFraction", c.leakFraction);
        if (c.missCap > ONE) revert ParameterInvalid("missCap", c.missCap);
        if (c.missFraction > c.missCap) revert ParameterInvalid("missFraction", c.missFraction);
        if (c.observationFraction > ONE) revert ParameterInvalid("observationFraction", c.observationFraction);
        if (c.reporterShare > MAX_REPORTER_SHARE) revert ParameterInvalid("reporterShare", c.reporterShare);
        if (c.reputation == address(0)) revert ParameterInvalid("reputation", 0);
        if (c.reputationGas == 0) revert ParameterInvalid("reputationGas", 0);
    }

    // Views

    /// @inheritdoc IRegistry
    function tally(uint64 m, bytes32 digest, bytes calldata seal) external view returns (Tally memory) {
        uint64 height = ICore(core).openHeight();
        if (m == 0 || m > height || m + 1 < height) revert HeightNotTallied(m, height);
        return _set.tally(m, digest, seal);
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
}
