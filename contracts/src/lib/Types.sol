// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

// The structs that are signed, committed or passed on both chains (docs/protocol.md 1.3). Field order is protocol.
// Units: weight in units of WEIGHT_UNIT stake tokens; gas is accumulated header `gasUsed`; heights and dynasties
// are dimensionless; numbers are block numbers.

/// A link source -> target between two checkpoints of one chain, as a validator signs it (2.2).
/// `chain` is the core id for a vote about the auxiliary chain, the origin id for a vote about origin.
struct Vote {
    bytes32 chain;
    bytes32 transition;
    bytes32 source;
    bytes32 target;
    uint64 sourceHeight;
    uint64 targetHeight;
}

/// The auxiliary chain up to and including a source checkpoint, in one object (2.6).
struct Transition {
    uint64 dynasty;
    uint64 originNumber;
    bytes32 originHash;
    bytes32 transactionRoot;
    uint256 gas;
    bytes32 kernel;
}

/// A change of one validator's weight. `validator` is the signer. kind 0 join, 1 weight, 2 logout, 3 slash.
struct ValidatorUpdate {
    address validator;
    uint96 weight;
    uint8 kind;
}

/// What opens a meta-block: its height, its parent meta-block, the changes of the set and the gas target.
struct Kernel {
    uint64 height;
    bytes32 parent;
    ValidatorUpdate[] updates;
    uint256 gasTarget;
}

/// A committed meta-block: three struct hashes. Its own struct hash is the next kernel's `parent`.
struct MetaBlock {
    bytes32 kernel;
    bytes32 transition;
    bytes32 vote;
}
