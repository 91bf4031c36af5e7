// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

// A stake message (Gateway -> CoGateway) and a redeem message (CoGateway -> Gateway) have one layout; only their
// EIP-712 type strings and their domains differ (gateway 7.1).
//
//          source side                                target side
//     outbox[id] = lock | status                 inbox[id] = lock | status
//     declare ............ Declared      proof ->     Declared  .......... confirm
//     progressOutbox ..... Progressed  secret or ->   Progressed ......... progressInbox, deliver
//                                        proof
//     declareRevocation .. Revocation-   proof ->     Revoked ............ revokeInbox
//                          Declared
//     revokeOutbox ....... Revoked     <- proof

/// What moves: `amount` of `token`, the token of the SOURCE side (the origin token in a stake, the utility token in a
/// redeem), to `beneficiary` on the TARGET side. Hashed as `Stake` or `Redeem`.
struct Intent {
    uint256 amount;
    address beneficiary;
    address token;
}

/// What the sender signs. `nonce`: any number not used before by this sender. `gasPrice`: tokens per unit of gas.
/// `gasLimit`: units of gas, the cap of the reward. `deadline`: seconds of the source chain, checked when declared.
/// `facilitator`: who may declare, zero for anyone.
struct Message {
    Intent intent;
    uint256 nonce;
    uint256 gasPrice;
    uint256 gasLimit;
    uint64 deadline;
    address sender;
    address facilitator;
}

/// A declared message: what its lock is the hash of, beside the message itself. `facilitator`: who declared.
/// `declaredAt`: seconds of the source chain. `secretHash`: keccak256(abi.encode(secret)), zero for no secret.
struct Envelope {
    Message message;
    address facilitator;
    uint64 declaredAt;
    bytes32 secretHash;
}

/// An ERC-2612 permit of the sender to the gateway; all zero for none.
struct Permit {
    uint256 value;
    uint256 deadline;
    uint8 v;
    bytes32 r;
    bytes32 s;
}

/// Status of a message in a box; the low byte of its word. Numbers are protocol (gateway 7.1).
enum Status {
    Undeclared,
    Declared,
    Progressed,
    RevocationDeclared,
    Revoked,
    Recovered
}

/// What a message can cost at worst. `reward` in tokens, out of the amount; `bounty` (of the facilitator) and
/// `penalty` (of a sender who revokes) in coin of the source chain.
struct Quote {
    bytes32 id;
    uint256 reward;
    uint256 bounty;
    uint256 penalty;
}

/// @title What both sides of a pair keep, by name
interface IBusState {
    /// @notice The link word: zero before linking, else keccak256(abi.encode(link hash, declaredAt)).
    function linkWord() external view returns (bytes32);

    /// @notice Slot 1: on origin when the gateway was deactivated, in seconds; on the auxiliary chain 1 if the pair is
    /// frozen. Zero before (7.6).
    function deactivation() external view returns (uint256);

    /// @notice The word of a message declared here: lock with the low byte replaced by the status.
    function outbox(bytes32 id) external view returns (bytes32);

    /// @notice The word of a message declared on the other side.
    function inbox(bytes32 id) external view returns (bytes32);

    /// @notice Coin in the account's ledger.
    function ledger(address account) external view returns (uint256);

    /// @notice Tokens to the account's credit.
    function tokenLedger(address account) external view returns (uint256);

    /// @notice The peer's cached storage root under this number, zero for none.
    function peerRoot(uint64 rootNumber) external view returns (bytes32);

    /// @notice Coin that stays here for ever: bounties and penalties of revoked messages.
    function burned() external view returns (uint256);
}

/// @title The message bus under Gateway and CoGateway
/// @notice Boxes, ledger and nonces of one side of a pair (gateway 7.1 to 7.4). Anyone may call each function; who
/// acts for whom is said where it matters. Errors stand in the order of the checks of `declare`, then of the steps.
interface IMessageBus is IBusState {
    // ---------------------------------------------------------------------------------------------- declare: row 1

    /// @notice The pair is not linked and open yet: nothing but linking is possible (7.5).
    error PairNotOpen();
    /// @notice The gateway was deactivated: no new stakes (7.6).
    error StakingDeactivated(uint256 since);
    /// @notice The core is halted: rows 1, 4 and 6 are closed on origin (4.5, 7.7).
    error CoreHalted();
    /// @notice The pair is frozen: no box and no token moves on the auxiliary chain any more (7.6).
    error PairFrozen();
    /// @notice The chain forked away from the chain id that signatures name (7.1).
    error ChainIdWrong(uint256 expected, uint256 actual);
    /// @notice The intent names another token than the pair's own on this side.
    error TokenWrong(address expected, address actual);
    /// @notice Nothing to move (7.3).
    error AmountZero();
    /// @notice The beneficiary is zero, a token or a gateway of the pair (7.3).
    error BeneficiaryRefused(address beneficiary);
    /// @notice The gas limit is not below 2^40 (7.3).
    error GasLimitTooLarge(uint256 gasLimit, uint256 bound);
    /// @notice The reward could exceed the amount: gasPrice * gasLimit > amount (7.3).
    error RewardAboveAmount(uint256 gasPrice, uint256 gasLimit, uint256 amount);
    /// @notice Too late to declare.
    error DeadlinePassed(uint64 deadline, uint256 time);
    /// @notice The sender has used or cancelled this nonce.
    error NonceUsed(address sender, uint256 nonce);
    /// @notice The message names another facilitator than the caller.
    error FacilitatorWrong(address expected, address actual);
    /// @notice No 64-byte low-s signature (EIP-2098) of the sender; `recovered` is zero for a malformed one.
    error SignatureWrong(address sender, address recovered);
    /// @notice Less coin in the account's ledger than asked for.
    error LedgerTooLow(address account, uint256 balance, uint256 needed);
    /// @notice The token refused to move the sender's tokens here.
    error PullFailed(address token, address from, uint256 amount);
    /// @notice The token moved, in or out, another amount than asked for (7.3): fee on transfer, or worse.
    error TransferInexact(address token, uint256 expected, uint256 actual);

    // ------------------------------------------------------------------------------------------------------- steps

    /// @notice The table has no row from this status to that one (7.4, row 12).
    error StatusRefused(bytes32 id, Status from, Status to);
    /// @notice The envelope is not the one that was declared, here or on the other side. The low byte means nothing.
    error LockWrong(bytes32 id, bytes32 expected, bytes32 actual);
    /// @notice Not the secret of this message; a `secretHash` of zero has none.
    error SecretWrong(bytes32 id, bytes32 expectedHash, bytes32 actualHash);
    /// @notice No storage root of the peer is known under this number: call provePeer first.
    error PeerNotProven(uint64 rootNumber);
    /// @notice The peer's word is none that a live box holds (7.1).
    error PeerWordMalformed(bytes32 id, bytes32 word);
    /// @notice The table has no row from this status to that one while the peer's box has this status (7.4).
    error PeerStatusRefused(bytes32 id, Status from, Status to, Status peer);
    /// @notice The sender may revoke from this time on, in seconds; at once if it declared itself (7.3).
    error RevocationTooEarly(bytes32 id, uint256 from, uint256 time);
    /// @notice Too little gas left to pay out (7.3).
    error GasTooLow(uint256 gasLeft, uint256 needed);

    // ----------------------------------------------------------------------------------- peer, ledger, nonce, batch

    /// @notice The peer's storage root under this number is known already.
    error PeerAlreadyProven(uint64 rootNumber);
    /// @notice A header was given where none is needed: origin block roots need none on the auxiliary chain.
    error HeaderUnexpected(uint256 size);
    /// @notice Nothing paid in.
    error DepositZero();
    /// @notice No tokens stand to the account's credit.
    error CreditZero(address account);
    /// @notice The account did not take the coin.
    error CoinRefused(address account, uint256 amount);
    /// @notice The token still refuses to pay this account.
    error ReleaseFailed(address token, address to, uint256 amount);
    /// @notice More calls than a batch may hold.
    error BatchTooLong(uint256 calls, uint256 maximum);

    // ------------------------------------------------------------------------------------------------------ events
    // Ledgers follow from them: StakeDeclared and RedeemDeclared take BOUNTY from the facilitator's coin and
    // RevocationDeclared takes PENALTY from the sender's; OutboxProgressed gives the facilitator BOUNTY back, and the
    // sender PENALTY if a revocation was declared; LedgerChanged and TokenLedgerChanged carry what an account then has.

    /// @notice Row 2, 3 or 5. `secret` is zero when the step was by proof.
    event OutboxProgressed(bytes32 indexed id, address indexed facilitator, bool bySecret, bytes32 secret);
    /// @notice Row 4. `caller` brought the sender's signature, or is the sender.
    event RevocationDeclared(bytes32 indexed id, address indexed sender, address indexed caller);
    /// @notice Row 6. The sender has `amount` again; `burnedCoin`, bounty and penalty, stays here.
    event OutboxRevoked(bytes32 indexed id, address indexed sender, uint256 amount, uint256 burnedCoin);
    /// @notice Row 11. `lock` is the word proven on the other side.
    event InboxRevoked(bytes32 indexed id, bytes32 lock);
    /// @notice Row 7. `lock` is the word proven on the other side.
    event Confirmed(bytes32 indexed id, bytes32 lock);
    /// @notice Row 8, 9 or 10. `beneficiary` got `amount` - `reward`, `payee` got `reward`; `secret` as above.
    event Delivered(
        bytes32 indexed id,
        address indexed beneficiary,
        address indexed payee,
        uint256 amount,
        uint256 reward,
        bool bySecret,
        bytes32 secret
    );
    /// @notice The peer's storage root under the state root of this number.
    event PeerProven(uint64 indexed rootNumber, bytes32 storageRoot);
    /// @notice The sender gave up a nonce.
    event NonceCancelled(address indexed sender, uint256 nonce);
    /// @notice Coin of an account after it paid in or drew out.
    event LedgerChanged(address indexed account, uint256 balance);
    /// @notice Tokens to the credit of an account: after a release that the token refused, or after drawing them.
    event TokenLedgerChanged(address indexed account, uint256 balance);
    /// @notice A call of a batch failed; the others stand.
    event CallFailed(uint256 indexed index, bytes reason);

    // ------------------------------------------------------------------------------------------------------- steps

    /// @notice Row 1, outbox Undeclared -> Declared. Pulls (Gateway) or burns (CoGateway) the amount of the sender and
    /// takes BOUNTY from the caller's ledger. The caller is the sender, or a facilitator with the sender's signature.
    /// @param message what the sender wants
    /// @param secretHash keccak256(abi.encode(secret)) of the caller's secret, zero for none
    /// @param signature the sender's, 64 bytes (EIP-2098), over the id; ignored when the caller is the sender
    /// @param permit tried before pulling, its failure ignored; unused on the CoGateway, which burns without allowance
    /// @return id the message id: the EIP-712 digest that was signed
    function declare(Message calldata message, bytes32 secretHash, bytes calldata signature, Permit calldata permit)
        external
        returns (bytes32 id);

    /// @notice Row 2, outbox Declared -> Progressed by secret. The bounty returns to the RECORDED facilitator.
    function progressOutbox(Envelope calldata envelope, bytes32 secret) external;

    /// @notice Row 3, outbox Declared -> Progressed by a proof that the peer's inbox is Declared or Progressed; and row 5,
    /// outbox RevocationDeclared -> Progressed by a proof that it is Progressed, which returns the penalty to the sender.
    /// @param rootNumber a number that `provePeer` has proven
    /// @param slotProof nodes of the peer's storage trie down to its inbox word
    function progressOutboxByProof(Envelope calldata envelope, uint64 rootNumber, bytes[] calldata slotProof)
        external;

    /// @notice Row 4, outbox Declared -> RevocationDeclared: the sender wants the amount back, and cannot take that back.
    /// Not before declaredAt + REVOKE_DELAY unless the sender declared itself. Takes PENALTY from the SENDER's ledger.
    /// @param signature the sender's over `revokeDigest(id)`, 64 bytes (EIP-2098); ignored when the caller is the sender
    function declareRevocation(Envelope calldata envelope, bytes calldata signature) external;

    /// @notice Row 6, outbox RevocationDeclared -> Revoked by a proof that the peer's inbox is Revoked. The amount goes back
    /// to the sender (on the auxiliary chain minted anew), bounty and penalty are burned.
    function revokeOutbox(Envelope calldata envelope, uint64 rootNumber, bytes[] calldata slotProof) external;

    /// @notice Row 7, inbox Undeclared -> Declared by a proof that the peer's outbox is Declared or Progressed.
    function confirm(Envelope calldata envelope, uint64 rootNumber, bytes[] calldata slotProof) external;

    /// @notice Row 8, inbox Undeclared -> Progressed by the same proof. Pays amount - reward to the beneficiary, the
    /// reward to the recorded facilitator if the secret is shown, else to the caller.
    /// @param secret the secret, or zero for none
    function deliver(Envelope calldata envelope, bytes32 secret, uint64 rootNumber, bytes[] calldata slotProof)
        external;

    /// @notice Row 9, inbox Declared -> Progressed by secret; pays as `deliver` with the secret.
    function progressInbox(Envelope calldata envelope, bytes32 secret) external;

    /// @notice Row 10, inbox Declared -> Progressed by proof; pays as `deliver` without the secret.
    function progressInboxByProof(Envelope calldata envelope, uint64 rootNumber, bytes[] calldata slotProof) external;

    /// @notice Row 11, inbox Undeclared or Declared -> Revoked by a proof that the peer's outbox is RevocationDeclared.
    function revokeInbox(Envelope calldata envelope, uint64 rootNumber, bytes[] calldata slotProof) external;

    /// @notice Caches the peer's storage root under one state root, for ever; messages then need slot proofs only.
    /// @param rootNumber on origin the height k of a meta-block in the core's ring of 8; on the auxiliary chain the
    /// number of a finalised origin block in the store's ring of 32
    /// @param header on origin the RLP header of B_k's source block; on the auxiliary chain empty
    /// @param accountProof nodes of that state trie down to the peer's account
    function provePeer(uint64 rootNumber, bytes calldata header, bytes[] calldata accountProof) external;

    /// @notice Gives up one of the caller's nonces: a message signed with it can never be declared.
    function cancelNonce(uint256 nonce) external;

    /// @notice Pays coin into the caller's ledger, where declare takes bounties from.
    function depositLedger() external payable;

    /// @notice Draws coin from the caller's ledger.
    function withdrawLedger(uint256 amount) external;

    /// @notice Draws the tokens that a refused release left to the caller's credit.
    function withdrawTokens() external;

    /// @notice Runs calls to this contract one by one as the caller; a failing one is reported, not reverted.
    /// @param calls ABI-encoded calls of functions of this contract, MAX_BATCH at most
    /// @return succeeded which of them went through
    function batch(bytes[] calldata calls) external returns (bool[] memory succeeded);

    // ------------------------------------------------------------------------------------------------------- views

    /// @notice The id of a message that THIS side would declare, and what it can cost at worst.
    function quote(Message calldata message) external view returns (Quote memory);

    /// @notice The id of a message that the PEER would declare.
    function peerMessageId(Message calldata message) external view returns (bytes32);

    /// @notice What the sender of a message declared HERE signs to revoke it: the EIP-712 digest of Revoke(message) (7.1).
    function revokeDigest(bytes32 id) external view returns (bytes32);

    /// @notice Whether the sender has used or cancelled the nonce.
    function isNonceUsed(address sender, uint256 nonce) external view returns (bool);

    /// @notice The EIP-712 domain separator of messages declared here, and of those declared by the peer.
    function DOMAIN() external view returns (bytes32);
    function PEER_DOMAIN() external view returns (bytes32);

    /// @notice Parameters and names of the pair; all immutable.
    function CORE_ID() external view returns (bytes32);
    function TOKEN() external view returns (address);
    function PEER() external view returns (address);
    function PEER_TOKEN() external view returns (address);
    function BOUNTY() external view returns (uint256);
    function PENALTY() external view returns (uint256);
    function REVOKE_DELAY() external view returns (uint64);
    function PAY_GAS() external view returns (uint256);
}
