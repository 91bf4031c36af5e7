// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ValidatorUpdate, Vote} from "../lib/Types.sol";

/// All parameters of a registry; all immutable, all in the core's setupHash (interfaces 0.5). Amounts in the stake
/// token's smallest unit, times in seconds, fractions of 1e18.
struct RegistryConfig {
    uint64 depositPeriod;
    uint32 minValidators;
    uint256 minStakeTotal;
    uint128 minStake;
    uint128 weightUnit;
    uint32 maxUpdates;
    uint64 withdrawalDelay;
    uint64 leakFraction;
    uint64 missFraction;
    uint64 missCap;
    uint64 observationFraction;
    uint64 reporterShare;
    address reputation;
    uint64 reputationGas;
}

/// What becomes of a signer. None blocks nothing; every other state blocks a second registration for ever (1.3).
/// Withdrawn, Slashed and Cancelled are terminal.
enum ValidatorState {
    None,
    Queued,
    Active,
    Leaving,
    Released,
    Withdrawn,
    Slashed,
    Cancelled
}

/// A signer's account. `account` is at storage slot 0 of the registry and word 0 of this struct is protocol: another
/// chain proves `state` (6.2). Bits of word 0 from the lowest: index 32, state 8, joinHeight 32, endHeight 32,
/// releasableAt 40, lastPresent 32, lastLeak 32, queued 8, position 32.
struct Account {
    /// key index, assigned when the join is carried, never reused (5.1)
    uint32 index;
    ValidatorState state;
    /// n_0: height of the kernel that carries the join, 0 before
    uint32 joinHeight;
    /// n_e: height of the kernel that carries the logout, 0 before
    uint32 endHeight;
    /// from when on `withdraw` pays
    uint40 releasableAt;
    /// last height for which presence was shown, or the one before the weight rose from 0 (5.5)
    uint32 lastPresent;
    /// last height for which the stake leaked (5.5)
    uint32 lastLeak;
    /// kind + 1 of the update that waits, 0 none
    uint8 queued;
    /// where in its queue that update waits
    uint32 position;
    address withdrawal;
    /// the deposit less the parts that were taken from this account alone; what they are worth after the losses that
    /// everybody bears is `stakeOf` (4.6)
    uint128 shares;
    uint128 deposit;
    /// the signer's public key
    bytes32 x;
    bytes32 y;
}

/// The one slot that a seal reads per signer (5.4): F_v(k) = weight if changedAt <= k, else previous.
struct Voter {
    address signer;
    uint32 weight;
    uint32 previous;
    uint32 changedAt;
}

/// What a seal weighs against the set V_m: forward counts F_v(m), rear F_v(m - 1) (5.3).
struct Tally {
    uint64 forward;
    uint64 forwardTotal;
    uint64 rear;
    uint64 rearTotal;
    /// remembers who signed (5.5)
    bytes32 roll;
}

/// What a roll is the hash of, beside its height: kind 0x00 with the packed 4-byte indices of the signers (5.5).
struct RollPreimage {
    uint8 kind;
    bytes indices;
}

/// @title The validators of one core: stake, keys, weights, the changes that kernels carry (5)
/// @notice Holds all stake. Only the core founds and advances the set; deposits, logouts and withdrawals are open to
/// their owners.
///
///     deposit          found / advance         logout            advance           release        withdraw
///     None --> Queued --------------> Active --------> Leaving ----------> Leaving -------> Released ----> Withdrawn
///                |  carries the join                    carries the logout  (n_e set)
///                +--> Cancelled (refunded at once)
///
/// Two signed votes that offend together end any of Queued, Active, Leaving and Released: Slashed, for ever (2.3).
interface IRegistry {
    // Errors, in the order of the checks of the constructor and of each function.

    /// @notice A parameter is outside its bounds (interfaces 0.5).
    error ParameterInvalid(bytes32 name, uint256 value);
    /// @notice The core names another registry than this contract.
    error RegistryMismatch(address expected, address actual);
    /// @notice The core's setupHash holds other parameters than these.
    error ConfigMismatch(bytes32 expected, bytes32 actual);
    /// @notice Only the core calls this.
    error NotCore(address caller);
    /// @notice The core is halted.
    error CoreIsHalted();
    /// @notice The core is not open.
    error CoreNotOpen(uint8 status);
    /// @notice (x, y) is no point of secp256k1.
    error KeyNotOnCurve(bytes32 x, bytes32 y);
    /// @notice The signer is registered already, or was once (1.3).
    error SignerKnown(address signer, ValidatorState state);
    /// @notice The withdrawal address is zero.
    error WithdrawalAddressZero();
    /// @notice The deposit is below MIN_STAKE.
    error StakeTooSmall(uint256 amount, uint256 minimum);
    /// @notice The deposit would weigh 2^32 units or more (5.2).
    error StakeTooLarge(uint256 amount, uint256 maximum);
    /// @notice The signature is not the signer's.
    error SignerMismatch(address expected, address actual);
    /// @notice Too little gas is left to give the reputation contract REPUTATION_GAS, so it could be made to fail.
    error GasTooLow(uint256 left, uint256 needed);
    /// @notice Only the withdrawal address may do this.
    error NotWithdrawalAddress(address caller, address withdrawal);
    /// @notice The signer is not in the state that this needs.
    error StateInvalid(address signer, ValidatorState state);
    /// @notice B_{n_e + 1} is not committed: release is possible from height `endHeight + 2` on, 0 if no kernel has
    /// carried the logout yet (5.1).
    error HandOverPending(address signer, uint64 endHeight, uint64 openHeight);
    /// @notice The withdrawal delay is not over.
    error WithdrawalDelayed(address signer, uint64 releasableAt);
    /// @notice An update of this validator waits already.
    error UpdateWaiting(address signer, uint8 kind);
    /// @notice The sampled weight is the one in force.
    error WeightUnchanged(address signer, uint32 weight);
    /// @notice The deposit period is not over.
    error DepositPeriodRunning(uint64 until);
    /// @notice Fewer founders than MIN_VALIDATORS.
    error TooFewValidators(uint256 founders, uint256 minimum);
    /// @notice The founders' stake is below MIN_STAKE_TOTAL.
    error TooLittleStake(uint256 stake, uint256 minimum);
    /// @notice The founders have no weight together, so no seal could ever have a quorum.
    error NoWeight();
    /// @notice Only the sets of the open height and of the one before are tallied.
    error HeightNotTallied(uint64 height, uint64 openHeight);
    /// @notice No validator has this index.
    error IndexUnassigned(uint32 index);
    /// @notice A signature of the seal is invalid or not by the validator of its index.
    error SealSignatureInvalid(uint32 index, address expected, address actual);

    /// @notice Presence is shown for the height that was committed last, until the next commit.
    error HeightNotCommittedLast(uint64 height, uint64 openHeight);
    /// @notice There is one record of 68 bytes for each vote, and one vote at least.
    error RecordsLengthInvalid(uint256 votes, uint256 length);
    /// @notice The vote is about another chain.
    error VoteChainMismatch(bytes32 chain, bytes32 coreId);
    /// @notice The vote's target height is not that of the committed link.
    error VoteTargetMismatch(uint64 targetHeight, uint64 committed);
    /// @notice The validator weighs nothing in the sets of that height, so it owes no vote.
    error Weightless(address signer);
    /// @notice The validator joined less than 5 heights ago.
    error JoinedTooLate(address signer, uint64 joinHeight, uint64 openHeight);
    /// @notice The validator was shown present for one of the heights from n - 5 on, or weighed nothing at that height.
    error PresentSince(address signer, uint64 lastPresent, uint64 openHeight);
    /// @notice The stake leaked for one of the heights from n - 5 on.
    error LeakedSince(address signer, uint64 lastLeak, uint64 openHeight);
    /// @notice Four preimages show four absences.
    error PreimageCountInvalid(uint256 count);
    /// @notice The preimage is not that of the height's roll.
    error RollMismatch(uint64 height, bytes32 roll, bytes32 actual);
    /// @notice The validator signed the seal of that height.
    error SignedThen(uint64 height, uint32 index);

    /// @notice There is no gateway at address 0.
    error GatewayZero();
    /// @notice The gateway is vetoed already.
    error GatewayVetoed(address gateway);

    /// @notice The caller has no credit.
    error NoCredit(address account);

    // Events: enough to rebuild all state. Signers and amounts; heights are those of kernels.

    /// @notice A signer registered with its stake and public key.
    event Deposited(address indexed signer, address indexed withdrawal, uint256 amount, bytes32 x, bytes32 y);
    /// @notice An update waits at the tail of its kind's queue. kind 0 join, 1 weight, 2 logout, 3 slash.
    /// `weight` is the new one; of a slash it is what leaves the totals when a kernel carries it.
    event UpdateQueued(address indexed signer, uint8 kind, uint96 weight);
    /// @notice A deposit was cancelled before a kernel carried it; its join left the queue.
    event DepositCancelled(address indexed signer, address indexed withdrawal, uint256 amount);
    /// @notice A validator leaves; a weight update that waited left the queue.
    event LogoutRequested(address indexed signer);
    /// @notice The kernel of `height` carries this update; `index` is the validator's key index.
    event UpdateCarried(uint64 indexed height, address indexed signer, uint8 kind, uint96 weight, uint32 index);
    /// @notice The withdrawal delay began; the stake can be withdrawn from `releasableAt` on.
    event ReleaseStarted(address indexed signer, uint64 releasableAt);
    /// @notice The stake was paid to the withdrawal address.
    event Withdrawn(address indexed signer, address indexed to, uint256 amount);

    /// @notice Two signed votes ended a validator (2.3): its whole stake is gone. `reward` of it is the reporter's credit,
    /// the rest is burned. condition 1, 2 or 3; the hashes are the votes' struct hashes.
    event Slashed(
        address indexed signer,
        uint8 condition,
        bytes32 hashA,
        bytes32 hashB,
        address indexed reporter,
        uint256 stake,
        uint256 reward
    );
    /// @notice Votes showed these validators present at `height`, whoever was in its seal (5.5).
    event Presented(uint64 indexed height, uint32[] indices);
    /// @notice A validator absent from four seals in a row, `height` the last, lost this part of its stake, burned (5.5).
    /// A weight update that waited for it left the queue.
    event Leaked(address indexed signer, uint64 indexed height, uint256 amount);
    /// @notice A signer of an observation that origin contradicts lost this part of its stake (4.4 a).
    event Penalised(address indexed signer, uint256 amount);
    /// @notice What all signers of one seal lost: `reward` of it is the challenger's credit, the rest is burned (4.4 a).
    event PenaltyShared(address indexed challenger, uint256 lost, uint256 reward);
    /// @notice A loss of `fraction` (of 1e18) at `faultHeight`, in all, on everybody with n_0 <= faultHeight < n_e (4.6):
    /// `index` is what the cumulative index is from then on. `lost` is what this proof takes, `reward` of it the prover's
    /// credit, the rest burned.
    event LossApplied(
        uint64 indexed faultHeight, uint256 fraction, uint256 index, address indexed prover, uint256 lost, uint256 reward
    );
    /// @notice A validator vetoed a gateway, for ever, and `amount` of its stake is burned (7.5).
    event Vetoed(address indexed gateway, address indexed signer, uint256 amount);
    event Collected(address indexed account, address indexed to, uint256 amount);

    // Actions

    /// @notice Registers a signer with its stake (1.3, 5.1). The join waits until a kernel carries it.
    /// Checks, in order: core not halted; point on the curve; signer new; withdrawal not 0; MIN_STAKE; signature;
    /// tokens pulled exactly.
    /// @param amount stake tokens, pulled from the caller
    /// @param x public key of the signer, first coordinate; the signer is its address
    /// @param y second coordinate
    /// @param withdrawal where stake is ever paid to
    /// @param signature by the signer over Deposit(signer, withdrawal, caller), 64 bytes (1.4)
    function deposit(uint256 amount, bytes32 x, bytes32 y, address withdrawal, bytes calldata signature) external;

    /// @notice Takes a deposit back before a kernel carries it; only the withdrawal address, which is refunded at once.
    /// The signer cannot come back.
    function cancel(address signer) external;

    /// @notice Asks to leave (5.1): the withdrawal address, or anyone with the signer's signature over Logout(signer).
    /// The signer votes on until B_{n_e + 1} is committed.
    /// @param signature 64 bytes, not read when the withdrawal address calls
    function logout(address signer, bytes calldata signature) external;

    /// @notice Starts the withdrawal delay once B_{n_e + 1} is committed, or the core is halted (5.1). Anyone may call.
    function release(address signer) external;

    /// @notice Pays a released stake to the withdrawal address after the delay. Anyone may call.
    function withdraw(address signer) external;

    /// @notice Samples the weight anew and queues it if it changed (5.2). Anyone may call.
    function refresh(address signer) external;

    /// @notice Ends a validator that signed two votes that offend together (2.3). Anyone may call, until the stake is
    /// withdrawn, before opening and after a halt too. It weighs nothing at any height at once; the totals follow when
    /// a kernel carries the slash (5.3). Its update that waited is dropped. The caller is credited REPORTER_SHARE of the
    /// stake, rounded down, the rest is burned: it stays here and counts in `burned`. Halts the core if a third of a
    /// set is slashed then (4.5).
    /// Checks, in order: those of lib/Offence; state Queued, Active, Leaving or Released.
    /// @param signatureA over `a`, 64 bytes (1.4); `signatureB` likewise
    function slash(Vote calldata a, bytes calldata signatureA, Vote calldata b, bytes calldata signatureB) external;

    /// @notice Shows validators present at the height that was committed last, whether the committer took their votes
    /// into the seal or not (5.5). Anyone may call, until the next commit.
    /// Checks, in order: height; length; then per vote: chain, target height, assigned, signature, weight in V_height.
    /// @param votes about the core id, with the committed link's target height, whatever their source
    /// @param records the i-th signs the i-th vote: 68 bytes each, as in a seal
    function present(uint64 height, Vote[] calldata votes, bytes calldata records) external;

    /// @notice Shrinks the stake of a validator that was absent from four seals in a row by LEAK_FRACTION, rounded down,
    /// burned, and queues its new weight, or its logout if the stake is below MIN_STAKE then (5.5). Anyone may call.
    /// Checks, in order: Active; core open; carried by K_{n-5} or earlier; weight; not present from n - 5 on; not leaked
    /// from n - 5 on; four preimages; per height from n - 5 to n - 2: preimage, absent.
    /// @param preimages of the rolls of heights n - 5, n - 4, n - 3, n - 2, n the open height
    function leak(address signer, RollPreimage[] calldata preimages) external;

    /// @notice Takes OBSERVATION_FRACTION, rounded down, of the stake of each signer of a seal that the core has verified
    /// (4.4 a). The challenger is credited REPORTER_SHARE of the sum, rounded down; the rest is burned. Only the core.
    function penalise(bytes calldata seal, address challenger) external;

    /// @notice Makes min(MISS_CAP, missed * MISS_FRACTION) the whole loss at a height, on everybody with n_0 <= faultHeight
    /// < n_e; what it takes more than before is shared: the prover is credited REPORTER_SHARE, the rest is burned (4.6).
    /// Each amount is rounded down. Only the core.
    /// @param faultHeight the height committed last
    /// @param missed checkpoint heights by which the committed source is too high
    function lose(uint64 faultHeight, uint64 missed, address prover) external;

    /// @notice Vetoes a gateway before it opens, for ever: the withdrawal address of a validator with weight, or anyone
    /// with the signer's signature over Veto(gateway) (7.5). Burns 1 % of the validator's stake, rounded down.
    /// Checks, in order: gateway not 0; signature; Active; core open; weight; not vetoed yet.
    /// @param signature 64 bytes, not read when the withdrawal address calls
    function veto(address gateway, address signer, bytes calldata signature) external;

    /// @notice Pays the caller's whole credit out.
    function collect(address to) external;

    /// @notice Makes the first U queued joins the founders: indices from 0, F(0) = F(1). Only the core.
    /// @return updates those of K_1, in order
    function found() external returns (ValidatorUpdate[] memory updates);

    /// @notice Takes the updates of the next kernel from the queues (5.4) and remembers who signed. Only the core.
    /// @param next height of the kernel that opens
    /// @param roll of height next - 1
    /// @return updates those of the next kernel, in order
    function advance(uint64 next, bytes32 roll) external returns (ValidatorUpdate[] memory updates);

    // Views

    /// @notice Weighs a seal by the set V_m, m the open height or the one before, at least 1 (4.3, 5.3).
    /// Checks, in order: height; scheme; length; then per record: ascending, assigned, signature.
    /// @param m height of the set
    /// @param digest what was signed
    /// @param seal scheme byte and records (interfaces 0.2)
    function tally(uint64 m, bytes32 digest, bytes calldata seal) external view returns (Tally memory);

    function account(address signer) external view returns (Account memory);

    /// @notice What an account's shares are worth: shares * index(now, or at n_e) / index(before n_0), rounded down (4.6).
    function stakeOf(address signer) external view returns (uint256);

    /// @notice The stakes that a loss at the last committed height falls on: never more than they are worth together, and
    /// less by at most one unit for each change of one of them. Kept while the core is open.
    function exposedStake() external view returns (uint256);

    /// @notice The cumulative index after all losses, 1e36 if there was none, never below 1e18 (4.6).
    function lossIndex() external view returns (uint256);

    /// @notice The cumulative index after all losses at fault heights below `height`, which is at least 1.
    function lossIndexBefore(uint32 height) external view returns (uint256);

    /// @notice The voter of a key index; the signer is 0 if it is not assigned.
    function voter(uint32 index) external view returns (Voter memory);

    /// @notice The sum of F(k), for k from the open height - 2 to the open height.
    function total(uint64 k) external view returns (uint64);

    /// @notice D(k): the part of `total(k)` that belongs to slashed validators, for the open height and the one before.
    function slashedSum(uint64 k) external view returns (uint64);

    /// @notice Whether a third of the forward or rear set of K_n is slashed, n the open height: +2/3 is out of reach and
    /// the core halts (4.5).
    function slashedThird(uint64 n) external view returns (bool);

    /// @notice Stake tokens that an account can collect.
    function credit(address account) external view returns (uint256);

    /// @notice Stake tokens that are held here and belong to nobody any more.
    function burned() external view returns (uint256);

    /// @notice The roll of height k, for the last 8 committed heights.
    function roll(uint64 k) external view returns (bytes32);

    /// @notice Whether a validator vetoed this gateway (7.5).
    function vetoed(address gateway) external view returns (bool);

    /// @notice Key indices assigned so far.
    function indexCount() external view returns (uint32);

    /// @notice The updates of one kind that wait, in order.
    function waiting(uint8 kind) external view returns (ValidatorUpdate[] memory);

    /// @notice What is signed to register this signer.
    function depositDigest(address signer, address withdrawal, address depositor) external view returns (bytes32);

    /// @notice What is signed to log this signer out.
    function logoutDigest(address signer) external view returns (bytes32);

    /// @notice What is signed to veto this gateway.
    function vetoDigest(address gateway) external view returns (bytes32);

    /// @notice The other half of the registry's code, created by its constructor.
    function penalties() external view returns (address);

    function core() external view returns (address);
    function stakeToken() external view returns (address);
    function depositsUntil() external view returns (uint64);
    function minStake() external view returns (uint128);
    function weightUnit() external view returns (uint128);
    function maxUpdates() external view returns (uint32);
}
