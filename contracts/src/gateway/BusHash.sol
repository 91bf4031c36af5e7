// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Signatures} from "../lib/Signatures.sol";
import {Envelope, IMessageBus, Intent, Message} from "./IMessageBus.sol";

/// What a pair is linked by (gateway 7.5). Field order is protocol.
struct Link {
    bytes32 coreId;
    address gateway;
    bytes32 gatewayCodeHash;
    address coGateway;
    bytes32 coGatewayCodeHash;
    address token;
    address utilityToken;
    bytes32 utilityCodeHash;
    bytes32 nameHash;
    bytes32 symbolHash;
    uint8 decimals;
    uint256 busVersion;
}

/// @title Hashes of the message bus: EIP-712 domains, messages and links; locks; storage slots (gateway 7.1, 7.5)
/// @notice
///
///     id   = 0x1901 | domain of the SOURCE-side gateway | StakeMessage or RedeemMessage     what the sender signs
///     lock = keccak256(abi.encode(id, facilitator, declaredAt, secretHash))                  what declare computes
///     slot = keccak256(abi.encode(id, OUTBOX_SLOT or INBOX_SLOT))                            where the word lies
///
/// The domain names chain id, contract and core, so a message signed for one pair means nothing to another.
library BusHash {
    bytes32 internal constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract,bytes32 salt)");
    bytes32 internal constant NAME_HASH = keccak256("Mosaic Gateway");
    bytes32 internal constant VERSION_HASH = keccak256("1");

    bytes32 internal constant STAKE_TYPEHASH = keccak256("Stake(uint256 amount,address beneficiary,address token)");
    bytes32 internal constant STAKE_MESSAGE_TYPEHASH = keccak256(
        "StakeMessage(Stake intent,uint256 nonce,uint256 gasPrice,uint256 gasLimit,uint64 deadline,address sender,address facilitator)Stake(uint256 amount,address beneficiary,address token)"
    );
    bytes32 internal constant REDEEM_TYPEHASH = keccak256("Redeem(uint256 amount,address beneficiary,address token)");
    bytes32 internal constant REDEEM_MESSAGE_TYPEHASH = keccak256(
        "RedeemMessage(Redeem intent,uint256 nonce,uint256 gasPrice,uint256 gasLimit,uint64 deadline,address sender,address facilitator)Redeem(uint256 amount,address beneficiary,address token)"
    );
    bytes32 internal constant LINK_TYPEHASH = keccak256(
        "Link(bytes32 coreId,address gateway,bytes32 gatewayCodeHash,address coGateway,bytes32 coGatewayCodeHash,address token,address utilityToken,bytes32 utilityCodeHash,bytes32 nameHash,bytes32 symbolHash,uint8 decimals,uint256 busVersion)"
    );

    bytes32 internal constant REVOKE_TYPEHASH = keccak256("Revoke(bytes32 message)");
    bytes32 internal constant RECOVER_TYPEHASH = keccak256("Recover(bytes32 claim,address recipient)");

    /// @notice The version that a link names: one number for layout, table and hashes of the bus.
    uint256 internal constant BUS_VERSION = 1;

    /// @notice The domain {"Mosaic Gateway", "1", chain id, gateway, salt = core id}.
    function domain(uint256 chainId, address gateway, bytes32 coreId) internal pure returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, chainId, gateway, coreId));
    }

    /// @notice What is signed: 0x1901 | domain | struct hash.
    function digest(bytes32 separator, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", separator, structHash));
    }

    /// @notice The id of a stake message under the domain of the gateway on origin.
    function stakeId(bytes32 separator, Message calldata message) internal pure returns (bytes32) {
        return digest(separator, _messageHash(STAKE_MESSAGE_TYPEHASH, STAKE_TYPEHASH, message));
    }

    /// @notice The id of a redeem message under the domain of the co-gateway.
    function redeemId(bytes32 separator, Message calldata message) internal pure returns (bytes32) {
        return digest(separator, _messageHash(REDEEM_MESSAGE_TYPEHASH, REDEEM_TYPEHASH, message));
    }

    /// @notice The link hash: the digest of a Link under the domain of the gateway on origin.
    function linkHash(bytes32 separator, Link memory link) internal pure returns (bytes32) {
        return digest(separator, keccak256(abi.encode(LINK_TYPEHASH, link)));
    }

    /// @notice The word in slot 0 of both sides of a linked pair.
    function linkWord(bytes32 hash, uint64 declaredAt) internal pure returns (bytes32) {
        return keccak256(abi.encode(hash, declaredAt));
    }

    /// @notice The lock that declare computes.
    function lock(bytes32 id, address facilitator, uint64 declaredAt, bytes32 secretHash)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(id, facilitator, declaredAt, secretHash));
    }

    /// @notice The lock of an envelope.
    function lock(bytes32 id, Envelope calldata envelope) internal pure returns (bytes32) {
        return lock(id, envelope.facilitator, envelope.declaredAt, envelope.secretHash);
    }

    function hashSecret(bytes32 secret) internal pure returns (bytes32) {
        return keccak256(abi.encode(secret));
    }

    /// @notice The storage slot of a message's word in the box at `boxSlot`.
    function slot(bytes32 id, uint256 boxSlot) internal pure returns (bytes32) {
        return keccak256(abi.encode(id, boxSlot));
    }

    /// @notice The struct hash of Revoke, which the sender signs under the source side's domain.
    function revokeHash(bytes32 id) internal pure returns (bytes32) {
        return keccak256(abi.encode(REVOKE_TYPEHASH, id));
    }

    /// @notice The struct hash of Recover, signed under the domain of the gateway on origin.
    /// @param kind 0 a balance, subject the holder; 1 a stake and 2 a redeem, subject the id
    function recoverHash(uint256 kind, bytes32 subject, address recipient) internal pure returns (bytes32) {
        return keccak256(abi.encode(RECOVER_TYPEHASH, keccak256(abi.encode(kind, subject)), recipient));
    }

    /// @notice Refuses what is not 64 bytes (EIP-2098, low s) by `signer` over `signedDigest`.
    function requireSigner(bytes32 signedDigest, address signer, bytes calldata signature) internal pure {
        address actual;
        if (signature.length == Signatures.SIZE) {
            actual = Signatures.tryRecover(signedDigest, bytes32(signature[:32]), bytes32(signature[32:]));
        }
        if (actual == address(0) || actual != signer) revert IMessageBus.SignatureWrong(signer, actual);
    }

    function _messageHash(bytes32 messageTypehash, bytes32 intentTypehash, Message calldata message)
        private
        pure
        returns (bytes32)
    {
        Intent calldata intent = message.intent;
        bytes32 intentHash =
            keccak256(abi.encode(intentTypehash, intent.amount, intent.beneficiary, intent.token));
        return keccak256(
            abi.encode(
                messageTypehash,
                intentHash,
                message.nonce,
                message.gasPrice,
                message.gasLimit,
                message.deadline,
                message.sender,
                message.facilitator
            )
        );
    }
}
