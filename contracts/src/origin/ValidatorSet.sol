// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Seal} from "../lib/Seal.sol";
import {Signatures} from "../lib/Signatures.sol";
import {IRegistry, Tally, Voter} from "./IRegistry.sol";

/// The weights of all validators, as far back as a seal can ask (5.3, 5.4).
struct Voters {
    mapping(uint32 index => Voter) voters;
    /// sum of F(k) at k % 4; one slot
    uint64[4] totals;
    /// D(k), sum of F_v(k) over slashed v, at k % 4; one slot (4.5)
    uint64[4] slashedSums;
    /// indices assigned so far
    uint32 count;
}

/// @title F_v(k) and the tally of a seal (5.3)
/// @notice F_v(k) is v's weight from kernel k on. Updates of one validator are at least two heights apart, so weight,
/// previous weight and the height of the change give F_v exactly for the heights n, n - 1 and n - 2 that seals ask for.
///
///     k              1     2     3     4                     K_3 carried a weight update of v
///     F_v(k)        10    10    25    25                     {weight 25, previous 10, changedAt 3}
///
/// Forward of height m counts F_v(m), rear F_v(m - 1): forward of m is rear of m + 1, the stitching.
library ValidatorSet {
    /// 2 * Signatures.HALF_ORDER, spelled out: assembly reads literal constants alone.
    uint256 private constant TWICE_HALF_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364140;

    function total(Voters storage set, uint64 k) internal view returns (uint64) {
        return set.totals[k % 4];
    }

    /// @notice Gives the next free index to a joiner. Founders (height 1) weigh the same at height 0.
    function join(Voters storage set, address signer, uint32 weight, uint64 height) internal returns (uint32 index) {
        index = set.count++;
        set.voters[index] = Voter({
            signer: signer,
            weight: weight,
            previous: height == 1 ? weight : 0,
            changedAt: uint32(height)
        });
    }

    /// @notice Sets a validator's weight from `height` on.
    function change(Voters storage set, uint32 index, uint32 weight, uint64 height) internal {
        Voter memory voter = set.voters[index];
        voter.previous = voter.weight;
        voter.weight = weight;
        voter.changedAt = uint32(height);
        set.voters[index] = voter;
    }

    /// @notice Weighs a seal by F(m) and F(m - 1), m at least 1. The loop is written by hand: it is the one cost of a
    /// commit that grows with the signers. A record that does not fit ends it, and the typed checks say why.
    function tally(Voters storage set, uint64 m, bytes32 digest, bytes calldata seal)
        internal
        view
        returns (Tally memory result)
    {
        bytes memory indices = _room(4 * Seal.count(seal));
        (uint256 sums, uint256 fault) = _weigh(set.voters, m, digest, seal, indices);
        if (fault != 0) _refuse(set, digest, seal, fault - 1);
        (result.forward, result.rear) = (uint64(sums), uint64(sums >> 128));
        result.forwardTotal = total(set, m);
        result.rearTotal = total(set, m - 1);
        result.roll = Seal.roll(m, Seal.ECDSA, indices);
    }

    /// Per record: ascending, ecrecover, one slot, both weights, the index into the list.
    /// @return sums the rear weight above 128 bits, the forward one below; at most 1,024 signers weigh below 2^32 each
    /// @return fault 1 + position of the first record that does not fit, 0 if all do
    function _weigh(
        mapping(uint32 => Voter) storage voters,
        uint256 m,
        bytes32 digest,
        bytes calldata seal,
        bytes memory indices
    ) private view returns (uint256 sums, uint256 fault) {
        assembly {
            // Constant addresses are cheaper than sums: what lies at 0x40 to 0xbf is put aside and put back. The list is
            // not there: `tally` allocated its result before it.
            //   0x00 digest   0x20 v, then the recovered address   0x40 r   0x60 s   0x80 index   0xa0 the mapping
            let aside := mload(0x40)
            mcopy(aside, 0x40, 0x80)
            mstore(0x00, digest)
            mstore(0xa0, voters.slot)
            let list := add(indices, 32)
            let before := not(0)
            let at := add(seal.offset, 1)
            for { let end := add(seal.offset, seal.length) } lt(at, end) { at := add(at, 68) } {
                // What follows the index in the list is overwritten by the next one, or lies behind the list.
                let word := calldataload(at)
                mstore(list, word)
                list := add(list, 4)
                word := shr(224, word)
                fault := iszero(sgt(word, before))
                before := word
                mstore(0x80, word)
                word := sload(keccak256(0x80, 0x40))
                mstore(0x40, calldataload(add(at, 4)))
                let s := calldataload(add(at, 36))
                mstore(0x20, add(27, shr(255, s)))
                s := shl(1, s)
                mstore(0x60, shr(1, s))
                pop(staticcall(gas(), 1, 0x00, 0x80, 0x20, 0x20))
                // An invalid signature has no answer; an index that nobody has is the address 0, which never answers.
                if or(or(fault, gt(s, TWICE_HALF_ORDER)), or(iszero(returndatasize()), shl(96, xor(mload(0x20), word))))
                {
                    fault := add(1, div(sub(at, add(seal.offset, 1)), 68))
                    break
                }
                s := and(shr(160, word), 0xffffffff)
                // Changed before m: both weights are this one.
                if lt(shr(224, word), m) {
                    sums := add(sums, mul(s, 0x100000000000000000000000000000001))
                    continue
                }
                // Changed at m or later: the rear weight is the one before, the forward one too if it is later.
                let previous := and(shr(192, word), 0xffffffff)
                if gt(shr(224, word), m) { s := previous }
                sums := add(sums, or(s, shl(128, previous)))
            }
            mcopy(0x40, aside, 0x80)
        }
    }

    /// The checks of one record in their order, one of which it does not pass.
    function _refuse(Voters storage set, bytes32 digest, bytes calldata seal, uint256 position) private view {
        (uint32 before,,) = Seal.at(seal, position == 0 ? 0 : position - 1);
        (uint32 index, bytes32 r, bytes32 vs) = Seal.at(seal, position);
        Seal.requireAscending(position, before, index);
        signed(set, digest, index, r, vs);
        assert(false);
    }

    /// @notice The whole slot of an index's voter, which must be assigned, after a check of its signature. A struct in memory
    /// would read it once per field.
    function signed(Voters storage set, bytes32 digest, uint32 index, bytes32 r, bytes32 vs)
        internal
        view
        returns (uint256 word)
    {
        Voter storage voter = set.voters[index];
        assembly ("memory-safe") {
            word := sload(voter.slot)
        }
        if (word == 0) revert IRegistry.IndexUnassigned(index);
        address signer = Signatures.tryRecover(digest, r, vs);
        if (signer != address(uint160(word))) {
            revert IRegistry.SealSignatureInvalid(index, address(uint160(word)), signer);
        }
    }

    /// Room for packed 4-byte indices, with 28 bytes behind it that whole-word writes reach.
    function _room(uint256 length) private pure returns (bytes memory indices) {
        indices = new bytes(length + 28);
        assembly ("memory-safe") {
            mstore(indices, length)
        }
    }
}
