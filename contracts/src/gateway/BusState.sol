// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IBusState, IMessageBus} from "./IMessageBus.sol";

/// @title What one side of a pair keeps, and how it pays out
/// @notice Apart from the steps, because recovery's code runs over the same storage in the gateway's place (gateway 7.7).
/// @dev Storage is protocol for slots 0 to 3: 0 link word, 1 deactivation word, 2 outbox, 3 inbox; then 4 nonces,
/// 5 ledger of coin, 6 ledger of tokens, 7 peer roots, 8 coin burned. State is written before any call to a token.
abstract contract BusState is IBusState {
    bytes32 public override linkWord;
    uint256 public override deactivation;
    mapping(bytes32 id => bytes32 word) public override outbox;
    mapping(bytes32 id => bytes32 word) public override inbox;
    mapping(address sender => mapping(uint256 word => uint256 bits)) internal usedNonces;
    mapping(address account => uint256 coin) public override ledger;
    mapping(address account => uint256 tokens) public override tokenLedger;
    mapping(uint64 rootNumber => bytes32 storageRoot) public override peerRoot;
    uint256 public override burned;

    /// @notice Units of gas that a payment may use.
    uint256 internal constant PAYMENT_GAS = 150_000;
    /// @notice Units of gas beside PAYMENT_GAS that must be left before a payment: the part that a call may not take
    /// (1/63), two readings of a balance, a credit and the event.
    uint256 private constant PAYMENT_RESERVE = 60_000;

    /// @dev Gives exactly `amount` of the token to `to` with at most `gasCap` gas; false if the token refused.
    function _tryRelease(address to, uint256 amount, uint256 gasCap) internal virtual returns (bool);

    /// A payment that the token refuses becomes a credit; one that lacks gas reverts, so that nobody can turn payments
    /// into credits by starving them.
    function _pay(address to, uint256 amount) internal {
        if (amount == 0) return;
        uint256 needed = PAYMENT_GAS + PAYMENT_RESERVE;
        if (gasleft() < needed) revert IMessageBus.GasTooLow(gasleft(), needed);
        if (_tryRelease(to, amount, PAYMENT_GAS)) return;
        uint256 balance = tokenLedger[to] + amount;
        tokenLedger[to] = balance;
        emit IMessageBus.TokenLedgerChanged(to, balance);
    }
}
