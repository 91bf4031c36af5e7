// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Envelope, IMessageBus, Message} from "./IMessageBus.sol";

/// What a gateway is made of; all of it is immutable. Addresses on the auxiliary chain are predicted, and deployed
/// first: their code hashes are known only then, as immutables lie in the code. Units: bounty in coin, delays in seconds.
struct GatewayConfig {
    address core;
    uint256 auxiliaryChainId;
    address token;
    address coGateway;
    address utilityToken;
    bytes32 coGatewayCodeHash;
    bytes32 utilityCodeHash;
    uint256 bounty;
    uint64 revokeDelay;
    uint64 blamePeriod;
}

/// The auxiliary chain as recovery sees it for ever (7.7): storage roots under the state root of one committed source.
/// `rootNumber` is the height of its meta-block; zero before it is fixed.
struct RecoveryRoot {
    uint64 rootNumber;
    bytes32 stateRoot;
    bytes32 coGatewayRoot;
    bytes32 utilityTokenRoot;
}

/// @title The gateway on origin: holds staked tokens, releases what was redeemed
/// @notice Linking (gateway 7.5): the utility token and the co-gateway are deployed with empty storage; `declareLink`
/// here; `confirmLink` there; the blame period, in which a validator may veto at the registry; `open` here.
/// declareLink and open are the only functions that do anything before the gateway is open: the co-gateway demands a
/// gateway whose storage holds the link word and nothing else.
interface IGateway is IMessageBus {
    /// @notice The token's name or symbol is empty or longer than 31 bytes (7.5).
    error TokenNameRefused(string name);
    /// @notice A constructor argument is zero.
    error AddressZero();
    /// @notice The auxiliary chain's id is zero or the own one.
    error AuxiliaryChainIdWrong(uint256 auxiliaryChainId);
    /// @notice The link was declared already.
    error LinkAlreadyDeclared(bytes32 linkWord);
    /// @notice The core's ring of sources holds no block of this meta-block.
    error SourceNotInRing(uint64 k);
    /// @notice The header is not that of the source of B_k.
    error SourceHeaderWrong(bytes32 expected, bytes32 actual);
    /// @notice The account holds another code than the gateway was made for.
    error CodeHashWrong(address account, bytes32 expected, bytes32 actual);
    /// @notice The account's storage was written to before linking.
    error StorageNotEmpty(address account, bytes32 storageRoot);
    /// @notice The gateway is open already.
    error AlreadyOpen();
    /// @notice The link word does not open with this time.
    error LinkWordWrong(bytes32 expected, bytes32 actual);
    /// @notice Validators may still veto.
    error BlamePeriodRunning(uint256 until, uint256 time);
    /// @notice A validator vetoed the gateway: the pair is dead.
    error GatewayVetoed(address gateway);
    /// @notice The co-gateway does not hold the link word under this root.
    error PeerLinkWordWrong(bytes32 expected, bytes32 actual);

    /// @notice No +2/3 of the open kernel's validators in both sets signed the deactivation (7.6).
    error QuorumMissing(uint64 forward, uint64 forwardTotal, uint64 rear, uint64 rearTotal);
    /// @notice The recovery code is not the one that the gateway was made with (7.5).
    error RecoveryCodeWrong(bytes32 expected, bytes32 actual);
    /// @notice The recovery root is fixed already, at this meta-block (7.7).
    error RecoveryRootFixedBefore(uint64 rootNumber);
    /// @notice After a halt the recovery root is that of the last committed meta-block alone.
    error SourceNotNewest(uint64 k, uint64 newest);
    /// @notice Nothing is recovered before the recovery root is fixed.
    error RecoveryRootNotFixed();
    /// @notice What this account held cannot be recovered (7.7).
    error HolderRefused(address holder);
    /// @notice The holder's balance was recovered already.
    error BalanceRecoveredBefore(address holder);

    /// @notice The link was declared; validators compare the code hashes in it with their build.
    event LinkDeclared(
        bytes32 indexed linkHash,
        uint64 declaredAt,
        bytes32 linkWord,
        bytes32 gatewayCodeHash,
        bytes32 coGatewayCodeHash,
        bytes32 utilityCodeHash
    );
    /// @notice The gateway is open.
    event Opened(bytes32 indexed linkHash, uint64 openedAt);
    /// @notice Row 1: `sender` staked; the envelope is (message, facilitator, declaredAt, secretHash).
    event StakeDeclared(
        bytes32 indexed id,
        address indexed sender,
        address indexed facilitator,
        Message message,
        uint64 declaredAt,
        bytes32 secretHash,
        bytes32 lock
    );

    /// @notice No more stakes, from this time on; redeeming goes on (7.6).
    event GatewayDeactivated(uint64 deactivatedAt);
    /// @notice What the auxiliary chain is for recovery, for ever (7.7).
    event RecoveryRootFixed(
        uint64 indexed rootNumber, bytes32 stateRoot, bytes32 coGatewayRoot, bytes32 utilityTokenRoot
    );
    /// @notice The holder's utility tokens of then were paid in tokens of here.
    event BalanceRecovered(address indexed holder, address indexed recipient, uint256 amount);
    /// @notice A stake that was not minted went back to its sender; `bounty` to the facilitator's ledger and `penalty` to the
    /// sender's, as far as they were still held.
    event StakeRefunded(
        bytes32 indexed id,
        address indexed sender,
        address indexed facilitator,
        uint256 amount,
        uint256 bounty,
        uint256 penalty
    );
    /// @notice The tokens that a revoked redeem had burned were paid in tokens of here.
    event RedeemRecovered(bytes32 indexed id, address indexed sender, address indexed recipient, uint256 amount);

    /// @notice Proves at a committed root that co-gateway and utility token have the code that this gateway was made
    /// for and empty storage, and writes the link word.
    /// @param k height of a meta-block in the core's ring
    /// @param header RLP header of its source block
    function declareLink(
        uint64 k,
        bytes calldata header,
        bytes[] calldata coGatewayProof,
        bytes[] calldata utilityTokenProof
    ) external;

    /// @notice Opens the gateway after the blame period, unless vetoed, by a proof that the co-gateway holds the same
    /// link word.
    /// @param declaredAt when the link was declared
    function open(
        uint64 k,
        bytes calldata header,
        bytes[] calldata accountProof,
        bytes[] calldata slotProof,
        uint64 declaredAt
    ) external;

    /// @notice Ends staking for ever: by a seal of +2/3 in both sets of the core's open height over `deactivationDigest`
    /// (7.6).
    /// @param seal scheme byte and records (interfaces 0.2)
    function deactivate(bytes calldata seal) external;

    /// @notice Fixes, once, what the auxiliary chain is for recovery (7.7): after a halt the state at the last committed
    /// source; on a live core a committed state that shows the co-gateway frozen.
    /// Checks, in order: not fixed; open; the newest if halted; source and header; accounts; frozen unless halted.
    /// @param k height of a meta-block in the core's ring
    /// @param header RLP header of its source block
    /// @param frozenProof of the co-gateway's slot 1; not read after a halt
    function fixRecoveryRoot(
        uint64 k,
        bytes calldata header,
        bytes[] calldata coGatewayProof,
        bytes[] calldata utilityTokenProof,
        bytes[] calldata frozenProof
    ) external;

    /// @notice Pays what `holder` had in utility tokens at the recovery root to `recipient`, once. Only an account with a key
    /// can sign; what contracts held there cannot be recovered (7.7).
    /// Checks, in order: fixed; holder; recipient; not recovered; chain id; signature; proof.
    /// @param signature the holder's over `recoveryDigest(0, holder, recipient)`, 64 bytes (EIP-2098)
    /// @param slotProof of the holder's balance in the utility token
    function recoverBalance(address holder, address recipient, bytes calldata signature, bytes[] calldata slotProof)
        external;

    /// @notice Outbox Declared, RevocationDeclared or Progressed -> Recovered: gives a stake back that was not minted by the
    /// recovery root. Anyone may call; the amount goes to the sender.
    /// Checks, in order: fixed; status; lock; proof; the peer's status (first table of 7.7) and lock.
    /// @param slotProof of the co-gateway's inbox word at the recovery root, or of its absence
    function refundStake(Envelope calldata envelope, bytes[] calldata slotProof) external;

    /// @notice Inbox Undeclared, Declared or Revoked -> Recovered: pays a redeem whose revocation was declared by the recovery
    /// root, so that nothing else can (7.7).
    /// Checks, in order: fixed; recipient; status; lock; chain id; signature; proof; the peer's status and lock.
    /// @param signature the redeem's sender's over `recoveryDigest(2, id, recipient)`
    /// @param slotProof of the co-gateway's outbox word at the recovery root
    function recoverRedeem(
        Envelope calldata envelope,
        address recipient,
        bytes calldata signature,
        bytes[] calldata slotProof
    ) external;

    /// @notice What validators sign to deactivate this gateway: the digest of Deactivate(gateway) in the core's domain.
    function deactivationDigest() external view returns (bytes32);

    /// @notice What is signed to recover: the EIP-712 digest of Recover(claim, recipient) in this gateway's domain,
    /// claim = keccak256(abi.encode(kind, subject)) (7.1).
    /// @param kind 0 a balance, subject the holder; 2 a redeem, subject its id
    function recoveryDigest(uint256 kind, bytes32 subject, address recipient) external view returns (bytes32);

    /// @notice What the auxiliary chain is for recovery; all zero before it is fixed.
    function recoveryRoot() external view returns (RecoveryRoot memory);

    /// @notice Whether the holder's balance was recovered.
    function isBalanceRecovered(address holder) external view returns (bool);

    /// @notice The EIP-712 digest of the Link of this pair under this gateway's domain (7.5).
    function linkHash() external view returns (bytes32);

    /// @notice When the gateway opened, in seconds; zero before.
    function openedAt() external view returns (uint64);

    /// @notice Where the code of deactivation and recovery lies, and its hash.
    function RECOVERY() external view returns (address);
    function RECOVERY_CODE_HASH() external view returns (bytes32);

    function CORE() external view returns (address);
    function REGISTRY() external view returns (address);
    function AUXILIARY_CHAIN_ID() external view returns (uint256);
    function CO_GATEWAY_CODE_HASH() external view returns (bytes32);
    function UTILITY_CODE_HASH() external view returns (bytes32);
    function BLAME_PERIOD() external view returns (uint64);
}
