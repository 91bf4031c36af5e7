// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {BlockHeader, Header} from "../lib/BlockHeader.sol";
import {Quorum} from "../lib/Quorum.sol";
import {TrieReader} from "../lib/TrieReader.sol";
import {CoreStatus, ICore} from "../origin/ICore.sol";
import {IRegistry, Tally} from "../origin/IRegistry.sol";
import {BoxState} from "./BoxState.sol";
import {BusHash} from "./BusHash.sol";
import {IGateway, RecoveryRoot} from "./IGateway.sol";
import {Envelope, IMessageBus, Status} from "./IMessageBus.sol";
import {RecoveryState} from "./RecoveryState.sol";
import {TokenCall} from "./TokenCall.sol";

/// @title How a pair ends, and what a gateway owes after its core halted or its pair was frozen (gateway 7.6, 7.7)
/// @notice Code alone, run in the gateway's place, behind the gateway's lock. Called at its own address it finds no pair.
/// The functions are described in IGateway, which carries their names. Without constructor arguments it is the same code
/// in every pair; what it needs of the pair it asks the gateway, which is where it runs.
///
///     stake: outbox here       inbox at Z  U        D        V        P
///       Declared, Progressed               refund   refund   x        -
///       RevocationDeclared                 refund   refund   refund   -
///     redeem: outbox at Z      inbox here  U        D        V        P
///       RevocationDeclared                 claim    claim    claim    -
///
/// All other pairs of statuses owe nothing here, or cannot be; rows 2, 3, 5 and 7 to 11 stay open beside it. The amount
/// of a minted stake and of a redeem never declared is in a balance at Z.
contract Recovery is RecoveryState {
    using TokenCall for IERC20;

    /// @dev Slots of the auxiliary side that are protocol: the co-gateway's frozen flag, the utility token's balances.
    bytes32 private constant FROZEN_SLOT = bytes32(uint256(1));
    bytes32 private constant BALANCES_SLOT = 0x52c63247e1f47db19d5ce0460030c497f067ca4cebf71ba98eeadabe20bace00;
    /// @dev Kinds of a claim (7.1).
    uint256 private constant BALANCE = 0;
    uint256 private constant REDEEM = 2;

    function deactivate(bytes calldata seal) external {
        if (_gateway().openedAt() == 0) revert IMessageBus.PairNotOpen();
        if (deactivation != 0) revert IMessageBus.StakingDeactivated(deactivation);
        uint64 height = ICore(_gateway().CORE()).openHeight();
        Tally memory t = IRegistry(_gateway().REGISTRY()).tally(height, _gateway().deactivationDigest(), seal);
        if (!Quorum.reached(t.forward, t.forwardTotal) || !Quorum.reached(t.rear, t.rearTotal)) {
            revert IGateway.QuorumMissing(t.forward, t.forwardTotal, t.rear, t.rearTotal);
        }
        deactivation = block.timestamp;
        emit IGateway.GatewayDeactivated(uint64(block.timestamp));
    }

    function fixRecoveryRoot(
        uint64 k,
        bytes calldata header,
        bytes[] calldata coGatewayProof,
        bytes[] calldata utilityTokenProof,
        bytes[] calldata frozenProof
    ) external {
        if (recovery.rootNumber != 0) revert IGateway.RecoveryRootFixedBefore(recovery.rootNumber);
        if (_gateway().openedAt() == 0) revert IMessageBus.PairNotOpen();
        bool halted = _requireNewestIfHalted(k);
        bytes32 stateRoot = _stateRoot(k, header);
        (bytes32 coGatewayRoot,) = TrieReader.account(stateRoot, _gateway().PEER(), coGatewayProof);
        (bytes32 utilityTokenRoot,) = TrieReader.account(stateRoot, _gateway().PEER_TOKEN(), utilityTokenProof);
        if (!halted) TrieReader.slot(coGatewayRoot, FROZEN_SLOT, frozenProof);

        recovery = RecoveryRoot(k, stateRoot, coGatewayRoot, utilityTokenRoot);
        // The open rows may rest on it too, after the core's ring has moved on.
        peerRoot[k] = coGatewayRoot;
        emit IGateway.RecoveryRootFixed(k, stateRoot, coGatewayRoot, utilityTokenRoot);
    }

    function recoverBalance(address holder, address recipient, bytes calldata signature, bytes[] calldata slotProof)
        external
    {
        _requireFixed();
        if (holder == address(0) || holder == _gateway().PEER() || holder == _gateway().PEER_TOKEN()) {
            revert IGateway.HolderRefused(holder);
        }
        _requirePayable(recipient);
        if (recovered[holder]) revert IGateway.BalanceRecoveredBefore(holder);
        bytes32 subject = bytes32(uint256(uint160(holder)));
        _requireSigned(BALANCE, subject, recipient, holder, signature);
        bytes32 slot = keccak256(abi.encode(holder, BALANCES_SLOT));
        uint256 amount = uint256(TrieReader.slot(recovery.utilityTokenRoot, slot, slotProof));

        recovered[holder] = true;
        emit IGateway.BalanceRecovered(holder, recipient, amount);
        _pay(recipient, amount);
    }

    function refundStake(Envelope calldata envelope, bytes[] calldata slotProof) external {
        _requireFixed();
        bytes32 id = BusHash.stakeId(_gateway().DOMAIN(), envelope.message);
        bytes32 word = outbox[id];
        Status from = BoxState.statusOf(word);
        if (from == Status.Undeclared || from > Status.RevocationDeclared) {
            revert IMessageBus.StatusRefused(id, from, Status.Recovered);
        }
        bytes32 lock = BusHash.lock(id, envelope);
        BoxState.requireLock(id, word, lock);
        _requireNotMinted(id, from, lock, slotProof);

        outbox[id] = BoxState.word(lock, Status.Recovered);
        address sender = envelope.message.sender;
        uint256 bounty = from == Status.Progressed ? 0 : _gateway().BOUNTY();
        uint256 penalty = from == Status.RevocationDeclared ? _gateway().PENALTY() : 0;
        ledger[envelope.facilitator] += bounty;
        ledger[sender] += penalty;
        uint256 amount = envelope.message.intent.amount;
        emit IGateway.StakeRefunded(id, sender, envelope.facilitator, amount, bounty, penalty);
        _pay(sender, amount);
    }

    /// The first table: what stands in the co-gateway's inbox at Z, absence among it, leaves the amount unminted.
    function _requireNotMinted(bytes32 id, Status from, bytes32 lock, bytes[] calldata slotProof) private view {
        bytes32 slot = BusHash.slot(id, BoxState.INBOX_SLOT);
        bytes32 peerWord = TrieReader.slotOrAbsent(recovery.coGatewayRoot, slot, slotProof);
        if (peerWord == 0) return;
        Status peer = BoxState.peerStatus(id, peerWord);
        bool unminted =
            peer == Status.Declared || (peer == Status.Revoked && from == Status.RevocationDeclared);
        if (!unminted) revert IMessageBus.PeerStatusRefused(id, from, Status.Recovered, peer);
        BoxState.requireLock(id, peerWord, lock);
    }

    function recoverRedeem(
        Envelope calldata envelope,
        address recipient,
        bytes calldata signature,
        bytes[] calldata slotProof
    ) external {
        _requireFixed();
        _requirePayable(recipient);
        bytes32 id = BusHash.redeemId(_gateway().PEER_DOMAIN(), envelope.message);
        bytes32 word = inbox[id];
        Status from = BoxState.statusOf(word);
        if (from != Status.Undeclared && from != Status.Declared && from != Status.Revoked) {
            revert IMessageBus.StatusRefused(id, from, Status.Recovered);
        }
        bytes32 lock = BusHash.lock(id, envelope);
        if (from != Status.Undeclared) BoxState.requireLock(id, word, lock);
        address sender = envelope.message.sender;
        _requireSigned(REDEEM, id, recipient, sender, signature);
        bytes32 slot = BusHash.slot(id, BoxState.OUTBOX_SLOT);
        bytes32 peerWord = TrieReader.slot(recovery.coGatewayRoot, slot, slotProof);
        Status peer = BoxState.peerStatus(id, peerWord);
        if (peer != Status.RevocationDeclared) {
            revert IMessageBus.PeerStatusRefused(id, from, Status.Recovered, peer);
        }
        BoxState.requireLock(id, peerWord, lock);

        inbox[id] = BoxState.word(peerWord, Status.Recovered);
        uint256 amount = envelope.message.intent.amount;
        emit IGateway.RedeemRecovered(id, sender, recipient, amount);
        _pay(recipient, amount);
    }

    /// The gateway in whose place this runs.
    function _gateway() private view returns (IGateway) {
        return IGateway(address(this));
    }

    function _requireFixed() private view {
        if (recovery.rootNumber == 0) revert IGateway.RecoveryRootNotFixed();
    }

    /// Tokens paid to the gateway itself, to the token or to nobody would be lost.
    function _requirePayable(address recipient) private view {
        if (recipient == address(0) || recipient == address(this) || recipient == _gateway().TOKEN()) {
            revert IMessageBus.BeneficiaryRefused(recipient);
        }
    }

    function _requireSigned(
        uint256 kind,
        bytes32 subject,
        address recipient,
        address signer,
        bytes calldata signature
    ) private view {
        uint256 chainId = uint256(_gateway().CORE_ID()) >> 160;
        if (block.chainid != chainId) revert IMessageBus.ChainIdWrong(chainId, block.chainid);
        bytes32 digest = BusHash.digest(_gateway().DOMAIN(), BusHash.recoverHash(kind, subject, recipient));
        BusHash.requireSigner(digest, signer, signature);
    }

    /// After a halt nothing newer will ever be committed, and anything older would leave out what came after it.
    function _requireNewestIfHalted(uint64 k) private view returns (bool halted) {
        ICore core = ICore(_gateway().CORE());
        halted = core.status() == CoreStatus.Halted;
        uint64 newest = core.openHeight() - 1;
        if (halted && k != newest) revert IGateway.SourceNotNewest(k, newest);
    }

    function _stateRoot(uint64 k, bytes calldata header) private view returns (bytes32) {
        bytes32 source = ICore(_gateway().CORE()).source(k);
        if (source == 0) revert IGateway.SourceNotInRing(k);
        Header memory parsed = BlockHeader.parse(header);
        if (parsed.hash != source) revert IGateway.SourceHeaderWrong(source, parsed.hash);
        return parsed.stateRoot;
    }

    function _tryRelease(address to, uint256 amount, uint256 gasCap) internal override returns (bool) {
        return IERC20(_gateway().TOKEN()).tryRelease(to, amount, gasCap);
    }
}
