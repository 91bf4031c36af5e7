// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Hints} from "../../src/auxiliary/IPollingPlace.sol";
import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Kernel, MetaBlock, Vote} from "../../src/lib/Types.sol";
import {Tries} from "./Tries.sol";
import {World} from "./World.sol";

/// @dev Gas of whole transactions on the auxiliary chain, kept in contracts/snapshots.
contract AuxiliaryGasTest is World {
    string internal constant GROUP = "auxiliary";

    function test_gas_of_a_report_of_16_headers() public {
        build(four());
        mineTo(32);
        store.report(hashAt[16], run(16, 32));
        vm.snapshotGasLastCall(GROUP, "report: run of 16 headers");
        assertTrue(store.record(hashAt[32]).anchored);
    }

    function test_gas_of_votes() public {
        build(four());
        advance();
        reach(4);
        Vote memory link = linkOf(3, 4);
        Hints memory hints = hintsOf(link);
        _vote(0, link, hints, "vote: first of a link");
        _vote(1, link, hints, "vote: following");
        _vote(2, link, hints, "vote: justifies and finalises");
        _vote(3, link, hints, "vote: after justification");
        reach(6);
        link = linkOf(4, 6);
        cast(0, link);
        cast(1, link);
        _vote(2, link, hintsOf(link), "vote: justifies");
        assertEq(place.head().finalisedAuxiliary, 3);
    }

    function test_gas_of_batches() public {
        build(four());
        advance();
        reach(4);
        _batch(4, "voteBatch: 4, finalising");
        build(same(25, 1));
        advance();
        reach(4);
        _batch(25, "voteBatch: 25, finalising");
    }

    function test_gas_of_a_slash() public {
        build(four());
        reach(4);
        (Vote memory a, Vote memory b) = (linkOf(2, 3), linkOf(2, 3));
        b.target = keccak256("a fork");
        (bytes memory signatureA, bytes memory signatureB) = (_evidence(a), _evidence(b));
        place.slash(a, signatureA, b, signatureB);
        vm.snapshotGasLastCall(GROUP, "slash");
        assertTrue(place.signer(signerOf(0)).slashed);
    }

    function _evidence(Vote memory cast_) private view returns (bytes memory) {
        (bytes32 r, bytes32 vs) = signed(0, cast_);
        return abi.encodePacked(r, vs);
    }

    function test_gas_of_a_relay() public {
        build(four());
        advance();
        Vote memory link = advance();
        (Kernel memory k, MetaBlock memory parent) = kernelAfter(link, update(4, 10, JOIN));
        (bytes32 root, bytes[] memory accountProof, bytes[] memory slotProof) = Tries.world(CORE, 0, MosaicHash.hash(k));
        uint64 number = finaliseOrigin(root);
        relay.relay(number, accountProof, slotProof, k, parent, link, Hints(0, 0));
        vm.snapshotGasLastCall(GROUP, "relay: one join, proofs of one node");
        assertEq(place.head().pendingKernel, 2);
    }

    function test_gas_of_an_observation() public {
        build(four());
        bytes memory header = originHeader(11, keccak256("state"));
        origin.report(header);
        vm.snapshotGasLastCall(GROUP, "report: checkpoint of origin");
        Vote memory link = Vote(originId, 0, originTip, keccak256(header), 10, 11);
        castAll(link);
        (originHeight, originTip) = (11, link.target);
        link = originLink(0);
        bytes memory all = records(0, 4, link);
        place.voteBatch(link, all, Hints(0, 0));
        vm.snapshotGasLastCall(GROUP, "voteBatch: 4 about origin, finalising");
        assertEq(origin.finalisedRoot(44), keccak256("state"));
    }

    function _vote(uint32 index, Vote memory link, Hints memory hints, string memory name) internal {
        (bytes32 r, bytes32 vs) = signed(index, link);
        place.vote(link, index, r, vs, hints);
        vm.snapshotGasLastCall(GROUP, name);
    }

    function _batch(uint32 count, string memory name) internal {
        Vote memory link = linkOf(3, 4);
        bytes memory all = records(0, count, link);
        Hints memory hints = hintsOf(link);
        place.voteBatch(link, all, hints);
        vm.snapshotGasLastCall(GROUP, name);
        assertEq(place.head().finalisedAuxiliary, 3);
    }
}
