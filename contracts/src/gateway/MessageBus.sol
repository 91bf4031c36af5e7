// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BoxState} from "./BoxState.sol";
import {BusHash} from "./BusHash.sol";
import {BusState} from "./BusState.sol";
import {Envelope, IMessageBus, Intent, Message, Permit, Quote, Status} from "./IMessageBus.sol";
import {TrieReader} from "../lib/TrieReader.sol";

/// What the bus itself needs to know of a pair.
struct BusConfig {
    bytes32 coreId;
    address token;
    address peer;
    uint256 peerChainId;
    address peerToken;
    uint256 bounty;
    uint64 revokeDelay;
}

/// @title One side of a pair: boxes, ledgers, nonces and the steps of a message (gateway 7.1 to 7.4)
/// @notice What differs between the sides is left to ten hooks: how ids are hashed, when the side is open, may declare,
/// may move and may revoke, how tokens are pulled and released, what is emitted, where the peer's state roots come from.
/// @dev Storage: BusState. State is written before any call to a token; one transient lock covers all entry points.
abstract contract MessageBus is IMessageBus, BusState, ReentrancyGuardTransient {
    /// @notice A gas limit is below this, in units of gas (7.3).
    uint256 internal constant GAS_LIMIT_BOUND = 1 << 40;
    /// @notice Units of gas that a reward counts beside what it measures, because it is spent before or after: 21,000
    /// for the transaction, 5,000 for its calldata, 60,000 for two payments to new accounts, 4,000 for events.
    uint256 internal constant OVERHEAD = 90_000;
    /// @notice Units of gas that a reward counts for a confirmation in an earlier transaction: what `confirm` costs
    /// with a proof of two nodes (contracts/snapshots/gateway.json).
    uint256 internal constant CONFIRM_GAS = 73_000;
    /// @inheritdoc IMessageBus
    uint256 public constant override PAY_GAS = PAYMENT_GAS;
    /// @notice Calls in one batch.
    uint256 internal constant MAX_BATCH = 64;

    uint256 private immutable CHAIN_ID;
    bytes32 public immutable override DOMAIN;
    bytes32 public immutable override PEER_DOMAIN;
    bytes32 public immutable override CORE_ID;
    address public immutable override TOKEN;
    address public immutable override PEER;
    address public immutable override PEER_TOKEN;
    uint256 public immutable override BOUNTY;
    uint64 public immutable override REVOKE_DELAY;

    constructor(BusConfig memory config) {
        CHAIN_ID = block.chainid;
        DOMAIN = BusHash.domain(block.chainid, address(this), config.coreId);
        PEER_DOMAIN = BusHash.domain(config.peerChainId, config.peer, config.coreId);
        CORE_ID = config.coreId;
        TOKEN = config.token;
        PEER = config.peer;
        PEER_TOKEN = config.peerToken;
        BOUNTY = config.bounty;
        REVOKE_DELAY = config.revokeDelay;
    }

    // ------------------------------------------------------------------------------------------------------- hooks

    /// @dev The id of a message declared on this side, and of one declared on the peer's.
    function _messageId(Message calldata message) internal view virtual returns (bytes32);
    function _peerMessageId(Message calldata message) internal view virtual returns (bytes32);

    /// @dev Reverts with PairNotOpen unless the pair is linked, and open on this side.
    function _requireOpen() internal view virtual;

    /// @dev Beyond open: not deactivated, core not halted, where that matters.
    function _requireDeclarable() internal view virtual;

    /// @dev Boxes move: not frozen, on the auxiliary chain (7.6).
    function _requireMoving() internal view virtual;

    /// @dev Rows 4 and 6 are open: core not halted, on origin (7.7).
    function _requireRevocable() internal view virtual;

    /// @dev Takes exactly `amount` of TOKEN from `from`, who has consented; reverts otherwise.
    function _pull(address from, uint256 amount, Permit calldata permit) internal virtual;

    /// @dev StakeDeclared or RedeemDeclared.
    function _emitDeclared(bytes32 id, Message calldata message, bytes32 secretHash, bytes32 lock) internal virtual;

    /// @dev A state root of the peer's chain that the protocol vouches for.
    function _stateRoot(uint64 rootNumber, bytes calldata header) internal view virtual returns (bytes32);

    // ---------------------------------------------------------------------------------------------- outbox: 1 to 6

    /// @inheritdoc IMessageBus
    function declare(Message calldata message, bytes32 secretHash, bytes calldata signature, Permit calldata permit)
        external
        override
        nonReentrant
        returns (bytes32 id)
    {
        _requireDeclarable();
        _requireChain();
        _requireSound(message);
        _requireNonceUnused(message.sender, message.nonce);
        id = _messageId(message);
        _requireAuthority(id, message, signature);
        BoxState.requireDeclarable(id, outbox[id]);
        _takeCoin(msg.sender, BOUNTY);

        _useNonce(message.sender, message.nonce);
        bytes32 lock = BusHash.lock(id, msg.sender, uint64(block.timestamp), secretHash);
        outbox[id] = BoxState.word(lock, Status.Declared);
        _emitDeclared(id, message, secretHash, lock);
        _pull(message.sender, message.intent.amount, permit);
    }

    /// @inheritdoc IMessageBus
    function progressOutbox(Envelope calldata envelope, bytes32 secret) external override nonReentrant {
        _requireMoving();
        bytes32 id = _messageId(envelope.message);
        bytes32 word = outbox[id];
        BoxState.requireBySecret(id, word);
        bytes32 lock = BusHash.lock(id, envelope);
        BoxState.requireLock(id, word, lock);
        _requireSecret(id, envelope, secret);
        outbox[id] = BoxState.word(lock, Status.Progressed);
        ledger[envelope.facilitator] += BOUNTY;
        emit OutboxProgressed(id, envelope.facilitator, true, secret);
    }

    /// @inheritdoc IMessageBus
    function progressOutboxByProof(Envelope calldata envelope, uint64 rootNumber, bytes[] calldata slotProof)
        external
        override
        nonReentrant
    {
        (bytes32 id, Status from) = _moveOutbox(Status.Progressed, envelope, rootNumber, slotProof);
        ledger[envelope.facilitator] += BOUNTY;
        if (from == Status.RevocationDeclared) ledger[envelope.message.sender] += PENALTY();
        emit OutboxProgressed(id, envelope.facilitator, false, 0);
    }

    /// @inheritdoc IMessageBus
    function declareRevocation(Envelope calldata envelope, bytes calldata signature) external override nonReentrant {
        _requireMoving();
        _requireRevocable();
        bytes32 id = _messageId(envelope.message);
        bytes32 word = outbox[id];
        BoxState.requireRevocable(id, word);
        BoxState.requireLock(id, word, BusHash.lock(id, envelope));
        address sender = envelope.message.sender;
        if (msg.sender != sender) {
            _requireChain();
            BusHash.requireSigner(revokeDigest(id), sender, signature);
        }
        uint256 from = uint256(envelope.declaredAt) + REVOKE_DELAY;
        if (block.timestamp < from && sender != envelope.facilitator) {
            revert RevocationTooEarly(id, from, block.timestamp);
        }
        _takeCoin(sender, PENALTY());
        outbox[id] = BoxState.word(word, Status.RevocationDeclared);
        emit RevocationDeclared(id, sender, msg.sender);
    }

    /// @inheritdoc IMessageBus
    function revokeOutbox(Envelope calldata envelope, uint64 rootNumber, bytes[] calldata slotProof)
        external
        override
        nonReentrant
    {
        _requireRevocable();
        (bytes32 id,) = _moveOutbox(Status.Revoked, envelope, rootNumber, slotProof);
        uint256 coin = BOUNTY + PENALTY();
        burned += coin;
        address sender = envelope.message.sender;
        uint256 amount = envelope.message.intent.amount;
        _pay(sender, amount);
        emit OutboxRevoked(id, sender, amount, coin);
    }

    /// Moves the outbox by a proof of the peer's inbox.
    function _moveOutbox(Status to, Envelope calldata envelope, uint64 rootNumber, bytes[] calldata slotProof)
        private
        returns (bytes32 id, Status from)
    {
        _requireMoving();
        id = _messageId(envelope.message);
        bytes32 word = outbox[id];
        from = BoxState.statusOf(word);
        uint256 peers = BoxState.requireByProof(id, BoxState.OUTBOX_SLOT, from, to);
        bytes32 lock = BusHash.lock(id, envelope);
        BoxState.requireLock(id, word, lock);
        bytes32 peerWord = _provenWord(id, BoxState.INBOX_SLOT, rootNumber, slotProof);
        _requirePeerStatus(id, from, to, peerWord, peers);
        BoxState.requireLock(id, peerWord, lock);
        outbox[id] = BoxState.word(lock, to);
    }

    // ------------------------------------------------------------------------------------------- inbox: 7 to 11

    /// @inheritdoc IMessageBus
    function confirm(Envelope calldata envelope, uint64 rootNumber, bytes[] calldata slotProof)
        external
        override
        nonReentrant
    {
        _requireMoving();
        bytes32 id = _peerMessageId(envelope.message);
        bytes32 peerWord = _moveInbox(id, Status.Declared, envelope, rootNumber, slotProof);
        emit Confirmed(id, peerWord);
    }

    /// @inheritdoc IMessageBus
    function deliver(Envelope calldata envelope, bytes32 secret, uint64 rootNumber, bytes[] calldata slotProof)
        external
        override
        nonReentrant
    {
        uint256 gasStart = gasleft();
        _requireMoving();
        bytes32 id = _peerMessageId(envelope.message);
        _requireInbox(id, Status.Undeclared, Status.Progressed);
        _moveInbox(id, Status.Progressed, envelope, rootNumber, slotProof);
        if (secret != 0) _requireSecret(id, envelope, secret);
        _payOut(id, envelope, secret != 0, secret, gasStart, 0);
    }

    /// @inheritdoc IMessageBus
    function progressInbox(Envelope calldata envelope, bytes32 secret) external override nonReentrant {
        uint256 gasStart = gasleft();
        _requireMoving();
        bytes32 id = _peerMessageId(envelope.message);
        bytes32 word = inbox[id];
        BoxState.requireBySecret(id, word);
        BoxState.requireLock(id, word, BusHash.lock(id, envelope));
        _requireSecret(id, envelope, secret);
        inbox[id] = BoxState.word(word, Status.Progressed);
        _payOut(id, envelope, true, secret, gasStart, CONFIRM_GAS);
    }

    /// @inheritdoc IMessageBus
    function progressInboxByProof(Envelope calldata envelope, uint64 rootNumber, bytes[] calldata slotProof)
        external
        override
        nonReentrant
    {
        uint256 gasStart = gasleft();
        _requireMoving();
        bytes32 id = _peerMessageId(envelope.message);
        _requireInbox(id, Status.Declared, Status.Progressed);
        _moveInbox(id, Status.Progressed, envelope, rootNumber, slotProof);
        _payOut(id, envelope, false, 0, gasStart, CONFIRM_GAS);
    }

    /// @inheritdoc IMessageBus
    function revokeInbox(Envelope calldata envelope, uint64 rootNumber, bytes[] calldata slotProof)
        external
        override
        nonReentrant
    {
        _requireMoving();
        bytes32 id = _peerMessageId(envelope.message);
        bytes32 peerWord = _moveInbox(id, Status.Revoked, envelope, rootNumber, slotProof);
        emit InboxRevoked(id, peerWord);
    }

    /// Rows 8 and 10 have one target status but two functions: each demands its own origin.
    function _requireInbox(bytes32 id, Status expected, Status to) private view {
        Status from = BoxState.statusOf(inbox[id]);
        if (from != expected) revert StatusRefused(id, from, to);
    }

    /// Moves the inbox by a proof of the peer's outbox. The lock is copied from the proven word, never from calldata.
    function _moveInbox(
        bytes32 id,
        Status to,
        Envelope calldata envelope,
        uint64 rootNumber,
        bytes[] calldata slotProof
    ) private returns (bytes32 peerWord) {
        Status from = BoxState.statusOf(inbox[id]);
        uint256 peers = BoxState.requireByProof(id, BoxState.INBOX_SLOT, from, to);
        peerWord = _provenWord(id, BoxState.OUTBOX_SLOT, rootNumber, slotProof);
        _requirePeerStatus(id, from, to, peerWord, peers);
        BoxState.requireLock(id, peerWord, BusHash.lock(id, envelope));
        inbox[id] = BoxState.word(peerWord, to);
    }

    /// Pays the reward to the recorded facilitator on the secret path, to the caller on the proof path (7.3), and the
    /// rest to the beneficiary. The gas is measured up to here.
    function _payOut(
        bytes32 id,
        Envelope calldata envelope,
        bool bySecret,
        bytes32 secret,
        uint256 gasStart,
        uint256 earlierGas
    ) private {
        Message calldata message = envelope.message;
        uint256 used = OVERHEAD + earlierGas + gasStart - gasleft();
        uint256 reward = message.gasPrice * Math.min(message.gasLimit, used);
        address payee = bySecret ? envelope.facilitator : msg.sender;
        Intent calldata intent = message.intent;
        _pay(intent.beneficiary, intent.amount - reward);
        _pay(payee, reward);
        emit Delivered(id, intent.beneficiary, payee, intent.amount, reward, bySecret, secret);
    }

    // -------------------------------------------------------------------------------------------------------- peer

    /// @inheritdoc IMessageBus
    function provePeer(uint64 rootNumber, bytes calldata header, bytes[] calldata accountProof)
        external
        override
        nonReentrant
    {
        _requireOpen();
        if (peerRoot[rootNumber] != 0) revert PeerAlreadyProven(rootNumber);
        bytes32 stateRoot = _stateRoot(rootNumber, header);
        (bytes32 storageRoot,) = TrieReader.account(stateRoot, PEER, accountProof);
        peerRoot[rootNumber] = storageRoot;
        emit PeerProven(rootNumber, storageRoot);
    }

    function _provenWord(bytes32 id, uint256 peerBoxSlot, uint64 rootNumber, bytes[] calldata slotProof)
        private
        view
        returns (bytes32)
    {
        return TrieReader.slot(_provenRoot(rootNumber), BusHash.slot(id, peerBoxSlot), slotProof);
    }

    /// The peer's storage root under this number. None is known before the pair is open, so the open pair needs no reading
    /// of its own on the good path.
    function _provenRoot(uint64 rootNumber) internal view returns (bytes32 root) {
        root = peerRoot[rootNumber];
        if (root == 0) {
            _requireOpen();
            revert PeerNotProven(rootNumber);
        }
    }

    function _requirePeerStatus(bytes32 id, Status from, Status to, bytes32 peerWord, uint256 peers) private pure {
        Status peer = BoxState.peerStatus(id, peerWord);
        if ((peers >> uint256(peer)) & 1 == 0) revert PeerStatusRefused(id, from, to, peer);
    }

    // --------------------------------------------------------------------------------------- checks of declare, secret

    /// Intent, gas bound, deadline (7.3): what the target could not carry out is refused here.
    function _requireSound(Message calldata message) private view {
        Intent calldata intent = message.intent;
        if (intent.token != TOKEN) revert TokenWrong(TOKEN, intent.token);
        if (intent.amount == 0) revert AmountZero();
        address to = intent.beneficiary;
        if (to == address(0) || to == TOKEN || to == PEER_TOKEN || to == address(this) || to == PEER) {
            revert BeneficiaryRefused(to);
        }
        _largestReward(message);
        if (block.timestamp > message.deadline) revert DeadlinePassed(message.deadline, block.timestamp);
    }

    /// gasPrice * gasLimit, which must not exceed the amount.
    function _largestReward(Message calldata message) private pure returns (uint256) {
        uint256 gasLimit = message.gasLimit;
        uint256 amount = message.intent.amount;
        if (gasLimit >= GAS_LIMIT_BOUND) revert GasLimitTooLarge(gasLimit, GAS_LIMIT_BOUND);
        if (gasLimit != 0 && message.gasPrice > amount / gasLimit) {
            revert RewardAboveAmount(message.gasPrice, gasLimit, amount);
        }
        return message.gasPrice * gasLimit;
    }

    /// The caller is whom the message allows, and is the sender or holds the sender's signature.
    function _requireAuthority(bytes32 id, Message calldata message, bytes calldata signature) private view {
        if (message.facilitator != address(0) && message.facilitator != msg.sender) {
            revert FacilitatorWrong(message.facilitator, msg.sender);
        }
        if (msg.sender != message.sender) BusHash.requireSigner(id, message.sender, signature);
    }

    /// What was signed names one chain id, and so means nothing on a fork that took another.
    function _requireChain() private view {
        if (block.chainid != CHAIN_ID) revert ChainIdWrong(CHAIN_ID, block.chainid);
    }

    function _requireSecret(bytes32 id, Envelope calldata envelope, bytes32 secret) private pure {
        bytes32 actual = BusHash.hashSecret(secret);
        if (actual != envelope.secretHash) revert SecretWrong(id, envelope.secretHash, actual);
    }

    // ------------------------------------------------------------------------------------------------------ nonces

    /// @inheritdoc IMessageBus
    function cancelNonce(uint256 nonce) external override nonReentrant {
        _requireOpen();
        _requireNonceUnused(msg.sender, nonce);
        _useNonce(msg.sender, nonce);
        emit NonceCancelled(msg.sender, nonce);
    }

    /// @inheritdoc IMessageBus
    function isNonceUsed(address sender, uint256 nonce) public view override returns (bool) {
        return (usedNonces[sender][nonce >> 8] >> (nonce & 0xff)) & 1 == 1;
    }

    function _requireNonceUnused(address sender, uint256 nonce) private view {
        if (isNonceUsed(sender, nonce)) revert NonceUsed(sender, nonce);
    }

    function _useNonce(address sender, uint256 nonce) private {
        usedNonces[sender][nonce >> 8] |= 1 << (nonce & 0xff);
    }

    // ----------------------------------------------------------------------------------------------------- ledgers

    /// @inheritdoc IMessageBus
    function depositLedger() external payable override nonReentrant {
        _requireOpen();
        if (msg.value == 0) revert DepositZero();
        uint256 balance = ledger[msg.sender] + msg.value;
        ledger[msg.sender] = balance;
        emit LedgerChanged(msg.sender, balance);
    }

    /// @inheritdoc IMessageBus
    function withdrawLedger(uint256 amount) external override nonReentrant {
        _requireOpen();
        _takeCoin(msg.sender, amount);
        emit LedgerChanged(msg.sender, ledger[msg.sender]);
        (bool taken,) = msg.sender.call{value: amount}("");
        if (!taken) revert CoinRefused(msg.sender, amount);
    }

    /// @inheritdoc IMessageBus
    function withdrawTokens() external override nonReentrant {
        _requireOpen();
        uint256 amount = tokenLedger[msg.sender];
        if (amount == 0) revert CreditZero(msg.sender);
        tokenLedger[msg.sender] = 0;
        emit TokenLedgerChanged(msg.sender, 0);
        if (!_tryRelease(msg.sender, amount, gasleft())) revert ReleaseFailed(TOKEN, msg.sender, amount);
    }

    function _takeCoin(address account, uint256 amount) private {
        uint256 balance = ledger[account];
        if (balance < amount) revert LedgerTooLow(account, balance, amount);
        ledger[account] = balance - amount;
    }

    // ------------------------------------------------------------------------------------------------ batch, quote

    /// @inheritdoc IMessageBus
    /// @dev Not payable, so that no call in it can count the same coin twice. Each call takes the lock by itself.
    function batch(bytes[] calldata calls) external override returns (bool[] memory succeeded) {
        if (calls.length > MAX_BATCH) revert BatchTooLong(calls.length, MAX_BATCH);
        succeeded = new bool[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            bytes memory reason;
            (succeeded[i], reason) = address(this).delegatecall(calls[i]);
            if (!succeeded[i]) emit CallFailed(i, reason);
        }
    }

    /// @inheritdoc IMessageBus
    function quote(Message calldata message) external view override returns (Quote memory) {
        return Quote({
            id: _messageId(message),
            reward: _largestReward(message),
            bounty: BOUNTY,
            penalty: PENALTY()
        });
    }

    /// @inheritdoc IMessageBus
    function PENALTY() public view override returns (uint256) {
        return BOUNTY + BOUNTY / 2;
    }

    /// @inheritdoc IMessageBus
    function revokeDigest(bytes32 id) public view override returns (bytes32) {
        return BusHash.digest(DOMAIN, BusHash.revokeHash(id));
    }

    /// @inheritdoc IMessageBus
    function peerMessageId(Message calldata message) external view override returns (bytes32) {
        return _peerMessageId(message);
    }
}
