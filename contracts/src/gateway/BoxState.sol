// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMessageBus, Status} from "./IMessageBus.sol";

/// @title The words of the boxes, and which row of the table moves them (gateway 7.1, 7.4)
/// @notice A box maps a message id to one word and never clears it:
///
///     | lock, 31 high bytes                                            | status |
///
/// A step names where it wants to go; the table says from where, and by what: a secret, or a proof that the peer's box
/// has one of some statuses. Nothing rests on absence: a peer's Undeclared proves nothing.
///
///     row  box     from -> to                         by
///      1   outbox  Undeclared -> Declared             the sender
///      2   outbox  Declared   -> Progressed           secret
///      3   outbox  Declared   -> Progressed           inbox Declared or Progressed
///      4   outbox  Declared   -> RevocationDeclared   the sender
///      5   outbox  RevocationDeclared -> Progressed   inbox Progressed
///      6   outbox  RevocationDeclared -> Revoked      inbox Revoked
///      7   inbox   Undeclared -> Declared             outbox Declared or Progressed
///      8   inbox   Undeclared -> Progressed           outbox Declared or Progressed
///      9   inbox   Declared   -> Progressed           secret
///     10   inbox   Declared   -> Progressed           outbox Declared or Progressed
///     11   inbox   Undeclared or Declared -> Revoked  outbox RevocationDeclared
///     12   any other                                  refused, naming both statuses
///
/// After a halt or a freeze recovery moves boxes of origin to Recovered (7.7); that is final too.
library BoxState {
    /// @notice Storage slot of the outbox in both gateways; the other chain proves words under it.
    uint256 internal constant OUTBOX_SLOT = 2;
    /// @notice Storage slot of the inbox in both gateways.
    uint256 internal constant INBOX_SLOT = 3;

    uint256 private constant STATUS_MASK = 0xff;
    uint256 private constant DECLARED_OR_PROGRESSED =
        (1 << uint256(Status.Declared)) | (1 << uint256(Status.Progressed));

    uint256 private constant PROGRESSED = 1 << uint256(Status.Progressed);
    uint256 private constant REVOCATION_DECLARED = 1 << uint256(Status.RevocationDeclared);
    uint256 private constant REVOKED = 1 << uint256(Status.Revoked);

    /// @notice A lock with its low byte replaced by the status.
    function word(bytes32 lock, Status status) internal pure returns (bytes32) {
        return bytes32((uint256(lock) & ~STATUS_MASK) | uint256(status));
    }

    /// @notice The status of a word that this contract wrote.
    function statusOf(bytes32 ownWord) internal pure returns (Status) {
        return Status(uint256(ownWord) & STATUS_MASK);
    }

    /// @notice Row 1, by the sender's will.
    function requireDeclarable(bytes32 id, bytes32 ownWord) internal pure {
        Status from = statusOf(ownWord);
        if (from != Status.Undeclared) revert IMessageBus.StatusRefused(id, from, Status.Declared);
    }

    /// @notice Rows 2 and 9: the only moves by secret, Declared -> Progressed in either box.
    function requireBySecret(bytes32 id, bytes32 ownWord) internal pure {
        Status from = statusOf(ownWord);
        if (from != Status.Declared) revert IMessageBus.StatusRefused(id, from, Status.Progressed);
    }

    /// @notice Row 4, by the sender's will.
    function requireRevocable(bytes32 id, bytes32 ownWord) internal pure {
        Status from = statusOf(ownWord);
        if (from != Status.Declared) revert IMessageBus.StatusRefused(id, from, Status.RevocationDeclared);
    }

    /// @notice The set of peer statuses (bit i: status i) whose proof moves a box from one status to another.
    function byProof(uint256 boxSlot, Status from, Status to) internal pure returns (uint256 peers) {
        if (boxSlot == OUTBOX_SLOT) {
            if (from == Status.Declared && to == Status.Progressed) return DECLARED_OR_PROGRESSED; // row 3
            if (from == Status.RevocationDeclared && to == Status.Progressed) return PROGRESSED; // row 5
            if (from == Status.RevocationDeclared && to == Status.Revoked) return REVOKED; // row 6
            return 0;
        }
        if (from > Status.Declared) return 0;
        if (to == Status.Revoked) return REVOCATION_DECLARED; // row 11
        if (from == Status.Undeclared && to == Status.Declared) return DECLARED_OR_PROGRESSED; // row 7
        if (to == Status.Progressed) return DECLARED_OR_PROGRESSED; // rows 8, 10
        return 0;
    }

    /// @notice Rows 3, 5 to 8, 10 and 11, before the proof: some proof can make this move from this status.
    function requireByProof(bytes32 id, uint256 boxSlot, Status from, Status to)
        internal
        pure
        returns (uint256 peers)
    {
        peers = byProof(boxSlot, from, to);
        if (peers == 0) revert IMessageBus.StatusRefused(id, from, to);
    }

    /// @notice The status of a word proven in the peer's box. A live peer's box holds no status above Revoked
    /// (Recovered is of a halted origin alone) and no bare lock: Undeclared is the absent word, which no proof shows.
    function peerStatus(bytes32 id, bytes32 peerWord) internal pure returns (Status) {
        uint256 status = uint256(peerWord) & STATUS_MASK;
        if (status == uint256(Status.Undeclared) || status > uint256(Status.Revoked)) {
            revert IMessageBus.PeerWordMalformed(id, peerWord);
        }
        return Status(status);
    }

    /// @notice The word was made of this lock; low bytes are no part of the comparison.
    function requireLock(bytes32 id, bytes32 someWord, bytes32 lock) internal pure {
        if ((uint256(someWord) ^ uint256(lock)) & ~STATUS_MASK != 0) {
            revert IMessageBus.LockWrong(id, lock, someWord);
        }
    }
}
