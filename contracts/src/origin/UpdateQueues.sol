// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ValidatorUpdate} from "../lib/Types.sol";

/// An update that waits; one storage slot. `older` means nothing at the head of its queue, `newer` nothing at its tail.
struct Entry {
    address signer;
    uint32 weight;
    uint32 older;
    uint32 newer;
}

/// Four first-in-first-out queues, one for each kind (5.4). Positions are counted from 1 over all kinds, 0 is none.
struct Queues {
    /// head of kind k at 2k, tail at 2k + 1; one slot
    uint32[8] ends;
    mapping(uint32 position => Entry) entries;
    uint32 count;
}

/// @title Queues from which an entry can leave anywhere
/// @notice Linked lists, so that a cancelled join or a dropped weight update leaves at once and nobody can fill a queue
/// with dead entries that a commit would have to step over.
///
///     head                              tail
///     [3] <--older/newer--> [5] <--> [9]            drop(5):   [3] <--> [9]
///                                                   rotate():  [9] <--> [3]
library UpdateQueues {
    uint8 internal constant JOIN = 0;
    uint8 internal constant WEIGHT = 1;
    uint8 internal constant LOGOUT = 2;
    uint8 internal constant SLASH = 3;

    function head(Queues storage queues, uint8 kind) internal view returns (uint32) {
        return queues.ends[2 * kind];
    }

    function tail(Queues storage queues, uint8 kind) internal view returns (uint32) {
        return queues.ends[2 * kind + 1];
    }

    /// @notice Appends an update to the tail of its kind's queue.
    function push(Queues storage queues, uint8 kind, address signer, uint32 weight)
        internal
        returns (uint32 position)
    {
        position = ++queues.count;
        uint32 last = tail(queues, kind);
        queues.entries[position] = Entry({signer: signer, weight: weight, older: last, newer: 0});
        if (last == 0) queues.ends[2 * kind] = position;
        else queues.entries[last].newer = position;
        queues.ends[2 * kind + 1] = position;
    }

    /// @notice Takes the entry at `position` out of its queue.
    function drop(Queues storage queues, uint8 kind, uint32 position) internal {
        Entry memory entry = queues.entries[position];
        (bool first, bool last) = (position == head(queues, kind), position == tail(queues, kind));
        if (first) queues.ends[2 * kind] = last ? 0 : entry.newer;
        else queues.entries[entry.older].newer = last ? 0 : entry.newer;
        if (last) queues.ends[2 * kind + 1] = first ? 0 : entry.older;
        else if (!first) queues.entries[entry.newer].older = entry.older;
        delete queues.entries[position];
    }

    /// @notice Moves the head of a queue to its tail: its update must wait.
    function rotate(Queues storage queues, uint8 kind) internal {
        uint32 first = head(queues, kind);
        uint32 last = tail(queues, kind);
        if (first == last) return;
        queues.ends[2 * kind] = queues.entries[first].newer;
        queues.entries[last].newer = first;
        queues.entries[first].older = last;
        queues.entries[first].newer = 0;
        queues.ends[2 * kind + 1] = first;
    }

    /// @notice All updates of one kind, in order.
    function list(Queues storage queues, uint8 kind) internal view returns (ValidatorUpdate[] memory updates) {
        uint256 length;
        uint32 last = tail(queues, kind);
        for (uint32 i = head(queues, kind); i != 0; i = i == last ? 0 : queues.entries[i].newer) {
            ++length;
        }
        updates = new ValidatorUpdate[](length);
        uint32 position = head(queues, kind);
        for (uint256 i = 0; i < length; ++i) {
            Entry memory entry = queues.entries[position];
            updates[i] = ValidatorUpdate({validator: entry.signer, weight: entry.weight, kind: kind});
            position = entry.newer;
        }
    }
}
