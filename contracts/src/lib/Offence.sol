// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MosaicHash} from "./MosaicHash.sol";
import {Signatures} from "./Signatures.sol";
import {Vote} from "./Types.sol";

/// @title What two signed votes prove against the validator that signed both (2.3)
/// @notice The same checks on both chains, in this order: chains equal, a chain of this core, different votes, one of
/// the three conditions, both signatures by one signer. Nothing else is needed: no block, no tally, no history.
///
///     1 target                2 surround                    3 transition
///     1   2   3   4           1   2   3   4                 1   2   3   4
///     o-------+               o-----------+   outer         o---+           under T
///         o---+                   o---+       inner         o-------+       under another T
///
/// Votes that break several conditions prove the first. One vote signed twice, with another nonce or a high s, is no
/// offence, for its struct hash is one; two votes about different chains never offend together.
library Offence {
    /// Condition (1): one target height.
    uint8 internal constant TARGET = 1;
    /// Condition (2): one link spans the other.
    uint8 internal constant SURROUND = 2;
    /// Condition (3): one source under two transitions.
    uint8 internal constant TRANSITION = 3;

    /// What the votes must be about, and the domain that they were signed under (1.1, 1.2).
    struct Scope {
        bytes32 coreId;
        bytes32 originId;
        bytes32 domain;
    }

    /// A proven offence: who, which condition, which votes.
    struct Proven {
        address signer;
        uint8 condition;
        bytes32 hashA;
        bytes32 hashB;
    }

    /// @notice The votes are about two chains.
    error ChainsDiffer(bytes32 chainA, bytes32 chainB);
    /// @notice The chain is neither the core id nor the origin id.
    error ChainForeign(bytes32 chain);
    /// @notice Both are one vote.
    error VotesEqual(bytes32 voteHash);
    /// @notice The votes break no condition.
    error NoOffence(bytes32 hashA, bytes32 hashB);
    /// @notice Two validators signed them.
    error SignersDiffer(address signerA, address signerB);

    /// @notice Who offended and how, or a revert.
    /// Checks, in order: ChainsDiffer; ChainForeign; VotesEqual; NoOffence; SignatureLengthInvalid, SignatureInvalid of
    /// the first, then of the second; SignersDiffer.
    /// @param signatureA over `a`, 64 bytes (1.4); `signatureB` likewise
    function prove(
        Scope memory scope,
        Vote calldata a,
        bytes calldata signatureA,
        Vote calldata b,
        bytes calldata signatureB
    ) internal pure returns (Proven memory proven) {
        if (a.chain != b.chain) revert ChainsDiffer(a.chain, b.chain);
        if (a.chain != scope.coreId && a.chain != scope.originId) revert ChainForeign(a.chain);
        proven.hashA = MosaicHash.hash(a);
        proven.hashB = MosaicHash.hash(b);
        if (proven.hashA == proven.hashB) revert VotesEqual(proven.hashA);
        proven.condition = condition(a, b);
        if (proven.condition == 0) revert NoOffence(proven.hashA, proven.hashB);
        proven.signer = Signatures.recover(MosaicHash.digest(scope.domain, proven.hashA), signatureA);
        address other = Signatures.recover(MosaicHash.digest(scope.domain, proven.hashB), signatureB);
        if (proven.signer != other) revert SignersDiffer(proven.signer, other);
    }

    /// @notice The first condition that two different votes about one chain break, 0 for none. Symmetric.
    function condition(Vote calldata a, Vote calldata b) internal pure returns (uint8) {
        if (a.targetHeight == b.targetHeight) return TARGET;
        if (_surrounds(a, b) || _surrounds(b, a)) return SURROUND;
        if (a.source == b.source && a.transition != b.transition) return TRANSITION;
        return 0;
    }

    function _surrounds(Vote calldata outer, Vote calldata inner) private pure returns (bool) {
        return outer.sourceHeight < inner.sourceHeight && inner.sourceHeight < inner.targetHeight
            && inner.targetHeight < outer.targetHeight;
    }
}
