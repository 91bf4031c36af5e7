// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMessageBus, Message} from "./IMessageBus.sol";

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

    /// @notice The EIP-712 digest of the Link of this pair under this gateway's domain (7.5).
    function linkHash() external view returns (bytes32);

    /// @notice When the gateway opened, in seconds; zero before.
    function openedAt() external view returns (uint64);

    function CORE() external view returns (address);
    function REGISTRY() external view returns (address);
    function AUXILIARY_CHAIN_ID() external view returns (uint256);
    function CO_GATEWAY_CODE_HASH() external view returns (bytes32);
    function UTILITY_CODE_HASH() external view returns (bytes32);
    function BLAME_PERIOD() external view returns (uint64);
}
