// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {BlockHeader, Header} from "../lib/BlockHeader.sol";
import {CoreStatus, ICore} from "../origin/ICore.sol";
import {MosaicHash} from "../lib/MosaicHash.sol";
import {IRegistry} from "../origin/IRegistry.sol";
import {BusHash, Link} from "./BusHash.sol";
import {GatewayConfig, IGateway, RecoveryRoot} from "./IGateway.sol";
import {Envelope, Message, Permit} from "./IMessageBus.sol";
import {BusConfig, MessageBus} from "./MessageBus.sol";
import {Recovery} from "./Recovery.sol";
import {RecoveryState} from "./RecoveryState.sol";
import {SingleSlotTrie} from "./SingleSlotTrie.sol";
import {TokenCall} from "./TokenCall.sol";
import {TrieReader} from "../lib/TrieReader.sol";

/// @title The gateway on origin: holds staked tokens, releases what was redeemed
/// @notice How a pair ends, and what is owed then, is in Recovery, whose code the constructor creates and five functions
/// below run in this contract's place:
///
///     Gateway                          delegatecall                             Recovery
///     storage, tokens      deactivate, fixRecoveryRoot, recoverBalance, ...     code, the same in every pair
///
/// @dev Storage behind the bus's and recovery's: slot 14 holds when it opened. Code hashes of the auxiliary side are constructor
/// arguments, because immutables lie in the code: whoever deploys puts co-gateway and utility token there first, and
/// validators compare the link's code hashes with their build within the blame period (7.5).
contract Gateway is IGateway, MessageBus, RecoveryState {
    using TokenCall for IERC20;

    /// @dev Bytes of a name or symbol: what the utility token packs into one word.
    uint256 private constant MAX_NAME = 31;

    uint64 public override openedAt;

    address public immutable override CORE;
    address public immutable override REGISTRY;
    uint256 public immutable override AUXILIARY_CHAIN_ID;
    bytes32 public immutable override CO_GATEWAY_CODE_HASH;
    bytes32 public immutable override UTILITY_CODE_HASH;
    uint64 public immutable override BLAME_PERIOD;
    address public immutable override RECOVERY;
    bytes32 public immutable override RECOVERY_CODE_HASH;
    bytes32 private immutable NAME_HASH;
    bytes32 private immutable SYMBOL_HASH;
    uint8 private immutable DECIMALS;

    constructor(GatewayConfig memory config)
        MessageBus(
            BusConfig({
                coreId: ICore(config.core).coreId(),
                token: config.token,
                peer: config.coGateway,
                peerChainId: config.auxiliaryChainId,
                peerToken: config.utilityToken,
                bounty: config.bounty,
                revokeDelay: config.revokeDelay
            })
        )
    {
        bool complete = config.token != address(0) && config.coGateway != address(0)
            && config.utilityToken != address(0) && config.coGatewayCodeHash != 0 && config.utilityCodeHash != 0;
        if (!complete) revert AddressZero();
        if (config.auxiliaryChainId == 0 || config.auxiliaryChainId == block.chainid) {
            revert AuxiliaryChainIdWrong(config.auxiliaryChainId);
        }
        CORE = config.core;
        REGISTRY = ICore(config.core).registry();
        AUXILIARY_CHAIN_ID = config.auxiliaryChainId;
        CO_GATEWAY_CODE_HASH = config.coGatewayCodeHash;
        UTILITY_CODE_HASH = config.utilityCodeHash;
        BLAME_PERIOD = config.blamePeriod;
        RECOVERY = address(new Recovery());
        RECOVERY_CODE_HASH = RECOVERY.codehash;
        IERC20Metadata token = IERC20Metadata(config.token);
        NAME_HASH = _nameHash(token.name());
        SYMBOL_HASH = _nameHash(token.symbol());
        DECIMALS = token.decimals();
    }

    /// @inheritdoc IGateway
    function declareLink(
        uint64 k,
        bytes calldata header,
        bytes[] calldata coGatewayProof,
        bytes[] calldata utilityTokenProof
    ) external override nonReentrant {
        if (linkWord != 0) revert LinkAlreadyDeclared(linkWord);
        bytes32 stateRoot = _stateRoot(k, header);
        _requireFresh(stateRoot, PEER, CO_GATEWAY_CODE_HASH, coGatewayProof);
        _requireFresh(stateRoot, PEER_TOKEN, UTILITY_CODE_HASH, utilityTokenProof);

        bytes32 hash = linkHash();
        uint64 declaredAt = uint64(block.timestamp);
        bytes32 word = BusHash.linkWord(hash, declaredAt);
        linkWord = word;
        emit LinkDeclared(hash, declaredAt, word, address(this).codehash, CO_GATEWAY_CODE_HASH, UTILITY_CODE_HASH);
    }

    /// @inheritdoc IGateway
    function open(
        uint64 k,
        bytes calldata header,
        bytes[] calldata accountProof,
        bytes[] calldata slotProof,
        uint64 declaredAt
    ) external override nonReentrant {
        if (openedAt != 0) revert AlreadyOpen();
        bytes32 hash = linkHash();
        bytes32 word = BusHash.linkWord(hash, declaredAt);
        if (word != linkWord) revert LinkWordWrong(linkWord, word);
        uint256 until = uint256(declaredAt) + BLAME_PERIOD;
        if (block.timestamp < until) revert BlamePeriodRunning(until, block.timestamp);
        if (IRegistry(REGISTRY).vetoed(address(this))) revert GatewayVetoed(address(this));
        (bytes32 storageRoot,) = TrieReader.account(_stateRoot(k, header), PEER, accountProof);
        bytes32 peerWord = TrieReader.slot(storageRoot, bytes32(0), slotProof);
        if (peerWord != word) revert PeerLinkWordWrong(word, peerWord);

        openedAt = uint64(block.timestamp);
        emit Opened(hash, uint64(block.timestamp));
    }

    /// @inheritdoc IGateway
    function deactivate(bytes calldata) external override nonReentrant {
        _end();
    }

    /// @inheritdoc IGateway
    function fixRecoveryRoot(uint64, bytes calldata, bytes[] calldata, bytes[] calldata, bytes[] calldata)
        external
        override
        nonReentrant
    {
        _end();
    }

    /// @inheritdoc IGateway
    function recoverBalance(address, address, bytes calldata, bytes[] calldata) external override nonReentrant {
        _end();
    }

    /// @inheritdoc IGateway
    function refundStake(Envelope calldata, bytes[] calldata) external override nonReentrant {
        _end();
    }

    /// @inheritdoc IGateway
    function recoverRedeem(Envelope calldata, address, bytes calldata, bytes[] calldata)
        external
        override
        nonReentrant
    {
        _end();
    }

    /// Runs the function of the same name in Recovery here. Its hash is compared each time: init code that is not this
    /// contract's could have created other code there and then returned this contract's (7.5).
    function _end() private {
        if (RECOVERY.codehash != RECOVERY_CODE_HASH) revert RecoveryCodeWrong(RECOVERY_CODE_HASH, RECOVERY.codehash);
        address code = RECOVERY;
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, 0, calldatasize())
            if iszero(delegatecall(gas(), code, free, calldatasize(), 0, 0)) {
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
        }
    }

    /// @inheritdoc IGateway
    function deactivationDigest() public view override returns (bytes32) {
        return MosaicHash.digest(ICore(CORE).domainSeparator(), MosaicHash.deactivateHash(address(this)));
    }

    /// @inheritdoc IGateway
    function recoveryDigest(uint256 kind, bytes32 subject, address recipient)
        external
        view
        override
        returns (bytes32)
    {
        return BusHash.digest(DOMAIN, BusHash.recoverHash(kind, subject, recipient));
    }

    /// @inheritdoc IGateway
    function recoveryRoot() external view override returns (RecoveryRoot memory) {
        return recovery;
    }

    /// @inheritdoc IGateway
    function isBalanceRecovered(address holder) external view override returns (bool) {
        return recovered[holder];
    }

    /// @inheritdoc IGateway
    function linkHash() public view override returns (bytes32) {
        return BusHash.linkHash(
            DOMAIN,
            Link({
                coreId: CORE_ID,
                gateway: address(this),
                gatewayCodeHash: address(this).codehash,
                coGateway: PEER,
                coGatewayCodeHash: CO_GATEWAY_CODE_HASH,
                token: TOKEN,
                utilityToken: PEER_TOKEN,
                utilityCodeHash: UTILITY_CODE_HASH,
                nameHash: NAME_HASH,
                symbolHash: SYMBOL_HASH,
                decimals: DECIMALS,
                busVersion: BusHash.BUS_VERSION
            })
        );
    }

    function _messageId(Message calldata message) internal view override returns (bytes32) {
        return BusHash.stakeId(DOMAIN, message);
    }

    function _peerMessageId(Message calldata message) internal view override returns (bytes32) {
        return BusHash.redeemId(PEER_DOMAIN, message);
    }

    function _requireOpen() internal view override {
        if (openedAt == 0) revert PairNotOpen();
    }

    /// @dev Staking stops when the gateway is deactivated (7.6) and when the core is halted (4.5).
    function _requireDeclarable() internal view override {
        _requireOpen();
        if (deactivation != 0) revert StakingDeactivated(deactivation);
        _requireRevocable();
    }

    /// @dev Only the auxiliary side is ever frozen.
    function _requireMoving() internal view override {}

    function _requireRevocable() internal view override {
        if (ICore(CORE).status() == CoreStatus.Halted) revert CoreHalted();
    }

    /// @dev The permit may have been used by anyone who saw it, or mean nothing to the token: its failure is ignored
    /// and its success is not believed. transferFrom decides, for a sender whose consent was verified.
    function _pull(address from, uint256 amount, Permit calldata permit) internal override {
        if (permit.deadline != 0) {
            try IERC20Permit(TOKEN).permit(
                from, address(this), permit.value, permit.deadline, permit.v, permit.r, permit.s
            ) {} catch {}
        }
        IERC20(TOKEN).pull(from, amount);
    }

    function _tryRelease(address to, uint256 amount, uint256 gasCap) internal override returns (bool) {
        return IERC20(TOKEN).tryRelease(to, amount, gasCap);
    }

    function _emitDeclared(bytes32 id, Message calldata message, bytes32 secretHash, bytes32 lock)
        internal
        override
    {
        emit StakeDeclared(id, message.sender, msg.sender, message, uint64(block.timestamp), secretHash, lock);
    }

    /// @dev The core keeps hashes of committed sources; a header opens one to its state root (4.3).
    function _stateRoot(uint64 k, bytes calldata header) internal view override returns (bytes32) {
        bytes32 source = ICore(CORE).source(k);
        if (source == 0) revert SourceNotInRing(k);
        Header memory parsed = BlockHeader.parse(header);
        if (parsed.hash != source) revert SourceHeaderWrong(source, parsed.hash);
        return parsed.stateRoot;
    }

    /// Code as expected, storage never written to: init code could have written balances and then returned honest code.
    function _requireFresh(bytes32 stateRoot, address account, bytes32 codeHash, bytes[] calldata proof) private pure {
        (bytes32 storageRoot, bytes32 actual) = TrieReader.account(stateRoot, account, proof);
        if (actual != codeHash) revert CodeHashWrong(account, codeHash, actual);
        if (storageRoot != SingleSlotTrie.EMPTY_ROOT) revert StorageNotEmpty(account, storageRoot);
    }

    function _nameHash(string memory name) private pure returns (bytes32) {
        uint256 length = bytes(name).length;
        if (length == 0 || length > MAX_NAME) revert TokenNameRefused(name);
        return keccak256(bytes(name));
    }
}
