// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IOriginBlockStore} from "../auxiliary/IOriginBlockStore.sol";
import {BusHash, Link} from "./BusHash.sol";
import {CoGatewayConfig, ICoGateway} from "./ICoGateway.sol";
import {Message, Permit} from "./IMessageBus.sol";
import {IUtilityToken} from "./IUtilityToken.sol";
import {BusConfig, MessageBus} from "./MessageBus.sol";
import {SingleSlotTrie} from "./SingleSlotTrie.sol";
import {TrieReader} from "../lib/TrieReader.sol";

/// @title The co-gateway on the auxiliary chain: mints what was staked, burns what is redeemed
/// @dev It is open from the moment it is linked: before the gateway opens, nothing was staked that could move.
contract CoGateway is ICoGateway, MessageBus {
    /// @dev Where the gateway keeps when it was deactivated; protocol.
    bytes32 private constant DEACTIVATION_SLOT = bytes32(uint256(1));

    address public immutable override ORIGIN_BLOCK_STORE;
    uint256 public immutable override ORIGIN_CHAIN_ID;
    uint64 public immutable override DEACTIVATION_GRACE;

    constructor(CoGatewayConfig memory config)
        MessageBus(
            BusConfig({
                coreId: config.coreId,
                token: config.utilityToken,
                peer: config.gateway,
                peerChainId: _originChainId(config.coreId),
                peerToken: config.token,
                bounty: config.bounty,
                revokeDelay: config.revokeDelay
            })
        )
    {
        bool complete = config.coreId != 0 && config.gateway != address(0) && config.token != address(0)
            && config.utilityToken != address(0) && config.originBlockStore != address(0);
        if (!complete) revert AddressZero();
        ORIGIN_BLOCK_STORE = config.originBlockStore;
        ORIGIN_CHAIN_ID = _originChainId(config.coreId);
        DEACTIVATION_GRACE = config.deactivationGrace;
    }

    /// @inheritdoc ICoGateway
    function confirmLink(uint64 originNumber, bytes[] calldata accountProof, uint64 declaredAt)
        external
        override
        nonReentrant
    {
        if (linkWord != 0) revert LinkAlreadyConfirmed(linkWord);
        bytes32 stateRoot = IOriginBlockStore(ORIGIN_BLOCK_STORE).finalisedRoot(originNumber);
        (bytes32 storageRoot, bytes32 codeHash) = TrieReader.account(stateRoot, PEER, accountProof);
        if (codeHash == keccak256("")) revert GatewayWithoutCode(codeHash);
        bytes32 hash = linkHash(codeHash);
        bytes32 word = BusHash.linkWord(hash, declaredAt);
        bytes32 expected = SingleSlotTrie.root(word);
        if (storageRoot != expected) revert GatewayStorageWrong(expected, storageRoot);

        linkWord = word;
        emit LinkConfirmed(hash, declaredAt, word, codeHash);
        IUtilityToken(TOKEN).link();
    }

    /// @inheritdoc ICoGateway
    /// @dev The token freezes with the boxes, so a committed state that shows the flag shows the last of all balances.
    function freeze(uint64 originNumber, bytes[] calldata slotProof) external override nonReentrant {
        _requireMoving();
        uint256 deactivatedAt = uint256(TrieReader.slot(_provenRoot(originNumber), DEACTIVATION_SLOT, slotProof));
        uint256 until = deactivatedAt + DEACTIVATION_GRACE;
        if (block.timestamp < until) revert GraceRunning(until, block.timestamp);

        deactivation = 1;
        emit Frozen(deactivatedAt);
        IUtilityToken(TOKEN).freeze();
    }

    /// @inheritdoc ICoGateway
    function linkHash(bytes32 gatewayCodeHash) public view override returns (bytes32) {
        IERC20Metadata token = IERC20Metadata(TOKEN);
        return BusHash.linkHash(
            PEER_DOMAIN,
            Link({
                coreId: CORE_ID,
                gateway: PEER,
                gatewayCodeHash: gatewayCodeHash,
                coGateway: address(this),
                coGatewayCodeHash: address(this).codehash,
                token: PEER_TOKEN,
                utilityToken: TOKEN,
                utilityCodeHash: TOKEN.codehash,
                nameHash: keccak256(bytes(token.name())),
                symbolHash: keccak256(bytes(token.symbol())),
                decimals: token.decimals(),
                busVersion: BusHash.BUS_VERSION
            })
        );
    }

    function _messageId(Message calldata message) internal view override returns (bytes32) {
        return BusHash.redeemId(DOMAIN, message);
    }

    function _peerMessageId(Message calldata message) internal view override returns (bytes32) {
        return BusHash.stakeId(PEER_DOMAIN, message);
    }

    function _requireOpen() internal view override {
        if (linkWord == 0) revert PairNotOpen();
    }

    /// @dev Redeeming is never blocked by deactivating the gateway (7.6), until the pair is frozen.
    function _requireDeclarable() internal view override {
        _requireOpen();
        _requireMoving();
    }

    function _requireMoving() internal view override {
        if (deactivation != 0) revert PairFrozen();
    }

    /// @dev A halt of the core closes nothing here.
    function _requireRevocable() internal view override {}

    /// @dev Burns at once; the sender's signature or call is the consent, no allowance is needed.
    function _pull(address from, uint256 amount, Permit calldata) internal override {
        try IUtilityToken(TOKEN).burn(from, amount) {}
        catch {
            revert PullFailed(TOKEN, from, amount);
        }
    }

    function _tryRelease(address to, uint256 amount, uint256 gasCap) internal override returns (bool) {
        try IUtilityToken(TOKEN).mint{gas: gasCap}(to, amount) {
            return true;
        } catch {
            return false;
        }
    }

    function _emitDeclared(bytes32 id, Message calldata message, bytes32 secretHash, bytes32 lock)
        internal
        override
    {
        emit RedeemDeclared(id, message.sender, msg.sender, message, uint64(block.timestamp), secretHash, lock);
    }

    function _stateRoot(uint64 originNumber, bytes calldata header) internal view override returns (bytes32) {
        if (header.length != 0) revert HeaderUnexpected(header.length);
        return IOriginBlockStore(ORIGIN_BLOCK_STORE).finalisedRoot(originNumber);
    }

    /// The first 12 bytes of a core id are origin's chain id (1.1).
    function _originChainId(bytes32 coreId) private pure returns (uint256) {
        return uint256(coreId) >> 160;
    }
}
