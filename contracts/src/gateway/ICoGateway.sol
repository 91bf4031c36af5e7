// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMessageBus, Message} from "./IMessageBus.sol";

/// What a co-gateway is made of; all of it is immutable. The gateway's address is predicted. Units: bounty in coin,
/// delays in seconds.
struct CoGatewayConfig {
    bytes32 coreId;
    address gateway;
    address token;
    address utilityToken;
    address originBlockStore;
    uint256 bounty;
    uint64 revokeDelay;
    uint64 deactivationGrace;
}

/// @title The co-gateway on the auxiliary chain: mints what was staked, burns what is redeemed
/// @notice It holds no tokens: a redeem burns when declared. Before `confirmLink` nothing but that is possible.
interface ICoGateway is IMessageBus {
    /// @notice A constructor argument is zero.
    error AddressZero();
    /// @notice The link was confirmed already.
    error LinkAlreadyConfirmed(bytes32 linkWord);
    /// @notice The gateway has no code under this root.
    error GatewayWithoutCode(bytes32 codeHash);
    /// @notice The gateway's storage is not the one link word that belongs to this pair and `declaredAt` (7.5).
    error GatewayStorageWrong(bytes32 expected, bytes32 actual);

    /// @notice The gateway was deactivated less than DEACTIVATION_GRACE ago (7.6).
    error GraceRunning(uint256 until, uint256 time);

    /// @notice The link was confirmed; the pair is linked on this side.
    event LinkConfirmed(bytes32 indexed linkHash, uint64 declaredAt, bytes32 linkWord, bytes32 gatewayCodeHash);
    /// @notice No box and no token of the pair moves any more; recovery is on origin (7.6). `deactivatedAt` in seconds.
    event Frozen(uint256 deactivatedAt);
    /// @notice Row 1: `sender` redeemed; the envelope is (message, facilitator, declaredAt, secretHash).
    event RedeemDeclared(
        bytes32 indexed id,
        address indexed sender,
        address indexed facilitator,
        Message message,
        uint64 declaredAt,
        bytes32 secretHash,
        bytes32 lock
    );

    /// @notice Proves at a finalised origin root that the gateway's storage holds exactly the link word of this pair,
    /// and writes the same word here. The link hash takes the gateway's code hash from the proof.
    /// @param originNumber number of a finalised origin block in the store's ring
    /// @param declaredAt when the gateway declared the link, in seconds of origin
    function confirmLink(uint64 originNumber, bytes[] calldata accountProof, uint64 declaredAt) external;

    /// @notice Freezes boxes and token for ever, by a proof of when the gateway was deactivated: DEACTIVATION_GRACE ago or
    /// longer, by this chain's clock (7.6). Ledgers of coin stay open.
    /// @param originNumber a number that `provePeer` has proven
    /// @param slotProof of the gateway's slot 1
    function freeze(uint64 originNumber, bytes[] calldata slotProof) external;

    /// @notice The EIP-712 digest of the Link of this pair, for a gateway with this code hash (7.5).
    function linkHash(bytes32 gatewayCodeHash) external view returns (bytes32);

    function ORIGIN_BLOCK_STORE() external view returns (address);
    function ORIGIN_CHAIN_ID() external view returns (uint256);
    function DEACTIVATION_GRACE() external view returns (uint64);
}
