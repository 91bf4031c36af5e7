// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Hints} from "../../src/auxiliary/IPollingPlace.sol";
import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Kernel, MetaBlock, ValidatorUpdate, Vote} from "../../src/lib/Types.sol";
import {Headers} from "./Headers.sol";
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

    /// A run of `count` headers from the root on, each with this byte all over its bloom.
    function _report(uint64 count, bytes1 bloom, string memory name) private returns (uint256 gas) {
        build(four());
        bytes memory logs = new bytes(256);
        for (uint256 i = 0; i < 256; ++i) {
            logs[i] = bloom;
        }
        bytes memory headers;
        bytes32 parent = hashAt[16];
        for (uint64 number = 17; number <= 16 + count; ++number) {
            bytes32 root = keccak256(abi.encode("tx", number));
            bytes memory header = Headers.make(parent, keccak256("state"), root, number, 21_000, logs);
            parent = keccak256(header);
            headers = bytes.concat(headers, header);
        }
        store.report(hashAt[16], headers);
        gas = vm.snapshotGasLastCall(GROUP, name);
        assertEq(store.record(parent).number, 16 + count);
    }

    /// Whole transactions. The bytes alone cost 10 gas a zero byte and 40 any other where EIP-7623 sets its floor: of
    /// these headers 16,600 a block with an empty bloom, 24,280 with a full one, whatever is done with them.
    function test_a_block_of_a_run_of_8_or_more_costs_under_20000_gas_without_logs_and_under_28000_full_of_them() public {
        assertLt(_report(8, 0x00, "report: run of 8 headers, empty blooms"), 8 * 20_000, "empty, 8");
        check(_report(8, 0xff, "report: run of 8 headers, full blooms") < 8 * 28_000, "full, 8");
        check(_report(64, 0x00, "report: run of 64 headers, empty blooms") < 64 * 18_000, "empty, 64");
        check(_report(64, 0xff, "report: run of 64 headers, full blooms") < 64 * 26_000, "full, 64");
    }

    /// A hundred validators of which every vote counts: 64 founders, and 36 that K_2 joins.
    function _hundred() private returns (Vote memory link, Hints memory hints) {
        build(same(64, 1));
        advance();
        newest.height = 2;
        delete newest.updates;
        for (uint256 i = 64; i < 100; ++i) {
            newest.updates.push(ValidatorUpdate(signerOf(i), 1, JOIN));
        }
        vm.prank(address(relay));
        place.adopt(newest);
        for (uint256 i = 0; i < 4; ++i) {
            advance();
        }
        reach(height + 1);
        link = linkOf(height, height + 1);
        hints = hintsOf(link);
    }

    function test_a_vote_of_a_known_link_costs_under_60000_gas_and_its_first_under_150000() public {
        (Vote memory link, Hints memory hints) = _hundred();
        check(_vote(0, link, hints, "vote: first of a link, 100 validators") < 150_000, "a link's first");
        check(_vote(1, link, hints, "vote: following, 100 validators") < 60_000, "alone");
    }

    /// The last 30 votes of a batch of 100: both batches register their link, justify and finalise, once.
    function test_a_further_vote_of_a_batch_of_100_costs_under_12000_gas() public {
        (Vote memory link, Hints memory hints) = _hundred();
        bytes memory all = records(0, 100, link);
        uint256 before = vm.snapshotState();
        place.voteBatch(link, all, hints);
        uint256 hundred = vm.snapshotGasLastCall(GROUP, "voteBatch: 100, finalising");
        assertEq(place.head().finalisedAuxiliary, link.sourceHeight);
        vm.revertToState(before);
        all = records(0, 70, link);
        place.voteBatch(link, all, hints);
        uint256 seventy = vm.snapshotGasLastCall(GROUP, "voteBatch: 70, finalising");
        assertEq(place.head().finalisedAuxiliary, link.sourceHeight);
        check(hundred - seventy < 30 * 12_000, "each of the last 30");
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

    function _vote(uint32 index, Vote memory link, Hints memory hints, string memory name) internal returns (uint256 gas) {
        (bytes32 r, bytes32 vs) = signed(index, link);
        place.vote(link, index, r, vs, hints);
        gas = vm.snapshotGasLastCall(GROUP, name);
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
