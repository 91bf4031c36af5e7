// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IKernelRelay} from "../../src/auxiliary/IKernelRelay.sol";
import {IOriginBlockStore} from "../../src/auxiliary/IOriginBlockStore.sol";
import {Head, Hints, IPollingPlace} from "../../src/auxiliary/IPollingPlace.sol";
import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {TrieReader} from "../../src/lib/TrieReader.sol";
import {Kernel, MetaBlock, Vote} from "../../src/lib/Types.sol";
import {Tries} from "./Tries.sol";
import {World} from "./World.sol";

/// @dev The checks of 5.6, in their order, under real proofs of worlds made here.
contract KernelRelayTest is World {
    /// All that a call to relay takes.
    struct Case {
        uint64 number;
        bytes[] accountProof;
        bytes[] slotProof;
        Kernel kernel;
        MetaBlock parent;
        Vote link;
        Hints hints;
    }

    /// The link that B_1 is committed with: from 3 to 4, so that checkpoint 3 is final.
    Vote internal committed;

    function setUp() public {
        build(four());
        advance();
        committed = advance();
    }

    function test_a_proven_kernel_is_adopted() public {
        Case memory c = _good();
        vm.expectEmit(address(relay));
        emit IKernelRelay.KernelRelayed(2, MosaicHash.hash(c.kernel), address(this));
        _relay(c);
        Head memory head = place.head();
        assertEq(head.pendingKernel, 2);
        assertEq(head.pendingDynasty, 1);
        assertEq(place.kernelHash(2), MosaicHash.hash(c.kernel));
        assertEq(place.validator(4).signer, signerOf(4));
        assertEq(relay.CORE(), CORE);
        assertEq(relay.CORE_ID(), coreId);
    }

    function test_a_root_that_is_not_in_the_ring_is_refused() public {
        Case memory c = _good();
        c.number += 2 * E_O;
        _refuse(c, abi.encodeWithSelector(IOriginBlockStore.RootNotInRing.selector, c.number));
    }

    function test_a_root_that_is_reported_and_not_finalised_is_refused() public {
        Case memory c = _good();
        (bytes32 root,,) = Tries.world(CORE, 0, MosaicHash.hash(c.kernel));
        advanceOrigin(root);
        c.number = originHeight * E_O;
        _refuse(c, abi.encodeWithSelector(IOriginBlockStore.RootNotInRing.selector, c.number));
    }

    function test_a_proof_of_another_account_or_slot_is_refused() public {
        Case memory c = _good();
        bytes32 root;
        (root, c.accountProof, c.slotProof) = Tries.world(address(0xBAD), 0, MosaicHash.hash(c.kernel));
        c.number = finaliseOrigin(root);
        bytes memory why = abi.encodeWithSelector(TrieReader.TrieAbsent.selector, 0);
        _refuse(c, why);
        (root, c.accountProof, c.slotProof) = Tries.world(CORE, bytes32(uint256(1)), MosaicHash.hash(c.kernel));
        c.number = finaliseOrigin(root);
        _refuse(c, why);
    }

    function test_an_empty_proof_is_refused() public {
        Case memory c = _good();
        bytes[] memory saved = c.accountProof;
        bytes memory why = abi.encodeWithSelector(TrieReader.TrieTruncated.selector, 0);
        c.accountProof = new bytes[](0);
        _refuse(c, why);
        c.accountProof = saved;
        c.slotProof = new bytes[](0);
        _refuse(c, why);
    }

    function test_a_slot_that_holds_another_kernel_is_refused() public {
        Case memory c = _good();
        bytes32 proven = MosaicHash.hash(c.kernel);
        c.kernel.gasTarget += 1;
        _refuse(c, abi.encodeWithSelector(IKernelRelay.KernelHashMismatch.selector, proven, MosaicHash.hash(c.kernel)));
    }

    function test_a_kernel_hash_with_leading_zeros_is_read_from_its_short_leaf() public {
        // The leaf of a hash that begins with a zero byte has 31 bytes; a kernel is searched for that has one.
        (Kernel memory k, MetaBlock memory parent) = kernelAfter(committed, update(4, 10, JOIN));
        while (uint256(MosaicHash.hash(k)) >> 248 != 0) {
            ++k.gasTarget;
        }
        relayKernel(k, parent, committed);
        assertEq(place.head().pendingKernel, 2);
    }

    function test_a_kernel_that_is_not_the_next_one_is_refused() public {
        Case memory c = _good();
        c.kernel.height = 3;
        _refuse(_prove(c), abi.encodeWithSelector(IKernelRelay.KernelHeightMismatch.selector, 2, 3));
        c.kernel.height = 1;
        _refuse(_prove(c), abi.encodeWithSelector(IKernelRelay.KernelHeightMismatch.selector, 2, 1));
    }

    function test_a_kernel_is_relayed_once() public {
        Case memory c = _good();
        _relay(c);
        _refuse(c, abi.encodeWithSelector(IKernelRelay.KernelAlreadyPending.selector, 2));
    }

    function test_a_kernel_of_another_parent_is_refused() public {
        Case memory c = _good();
        bytes32 own = c.kernel.parent;
        c.kernel.parent = keccak256("another meta-block");
        _refuse(_prove(c), abi.encodeWithSelector(IKernelRelay.ParentMismatch.selector, c.kernel.parent, own));
    }

    function test_a_parent_of_another_kernel_is_refused() public {
        Case memory c = _good();
        c.parent.kernel = keccak256("another kernel");
        _refuse(
            _prove(c),
            abi.encodeWithSelector(IKernelRelay.ParentKernelMismatch.selector, MosaicHash.hash(newest), c.parent.kernel)
        );
    }

    function test_a_link_that_the_parent_was_not_committed_with_is_refused() public {
        Case memory c = _good();
        c.link.sourceHeight = 2;
        _refuse(
            c,
            abi.encodeWithSelector(
                IKernelRelay.ParentVoteMismatch.selector, MosaicHash.hash(committed), MosaicHash.hash(c.link)
            )
        );
    }

    function test_a_link_about_another_chain_is_refused() public {
        Case memory c = _good();
        c.link.chain = originId;
        _refuse(_commit(c), abi.encodeWithSelector(IKernelRelay.LinkChainMismatch.selector, coreId, originId));
    }

    function test_a_link_of_another_transition_than_the_parents_is_refused() public {
        Case memory c = _good();
        c.link.transition = keccak256("another history");
        _refuse(
            _commit(c),
            abi.encodeWithSelector(IKernelRelay.LinkTransitionMismatch.selector, c.parent.transition, c.link.transition)
        );
    }

    function test_a_source_that_is_not_a_block_of_this_chain_is_refused() public {
        Case memory c = _good();
        c.link.source = keccak256("a block of the other fork");
        _refuse(_commit(c), abi.encodeWithSelector(IPollingPlace.SourceNotAnchored.selector, c.link.source));
    }

    function test_a_fork_on_which_the_sources_transition_is_another_adopts_nothing() public {
        Case memory c = _good();
        bytes32 own = c.link.transition;
        c.link.transition = keccak256("the other fork's history");
        c.parent.transition = c.link.transition;
        _refuse(
            _commit(c), abi.encodeWithSelector(IKernelRelay.SourceTransitionMismatch.selector, own, c.link.transition)
        );
    }

    function test_a_wrong_hint_is_refused() public {
        reach(height + 1);
        Case memory c = _good();
        c.link = linkOf(height, height + 1);
        c.parent.transition = c.link.transition;
        c.hints = Hints(9, 0);
        c = _commit(c);
        _refuse(c, abi.encodeWithSelector(IPollingPlace.DynastyHintWrong.selector, 9, uint64(32)));
    }

    function test_a_kernel_waits_until_its_source_is_final_here_so_that_an_early_relay_cannot_wedge_the_chain() public {
        // Votes on the link from 4 were sealed on origin before they are recorded here.
        reach(height + 1);
        Vote memory link = linkOf(height, height + 1);
        Case memory c = _good();
        c.link = link;
        c.parent.transition = link.transition;
        c.hints = hintsOf(link);
        c = _commit(c);
        _refuse(c, abi.encodeWithSelector(IKernelRelay.SourceNotFinalised.selector, 4, 3));
        castAll(link);
        assertEq(place.head().finalisedAuxiliary, 4);
        _relay(c);
        assertEq(place.head().pendingKernel, 2);
    }

    function test_anyone_relays() public {
        Case memory c = _good();
        vm.prank(address(0xABCD));
        _relay(c);
        assertEq(place.head().pendingKernel, 2);
    }

    // What the tests are made of.

    function _good() internal returns (Case memory c) {
        (c.kernel, c.parent) = kernelAfter(committed, update(4, 10, JOIN));
        c.link = committed;
        c.hints = hintsOf(committed);
        _prove(c);
    }

    /// @dev The meta-block and the kernel follow from the case's link, the proof from the kernel.
    function _commit(Case memory c) internal returns (Case memory) {
        c.parent.vote = MosaicHash.hash(c.link);
        return _prove(c);
    }

    /// @dev Proves the case's kernel; its parent hash follows the meta-block unless it was set to another.
    function _prove(Case memory c) internal returns (Case memory) {
        if (c.kernel.parent != keccak256("another meta-block")) c.kernel.parent = MosaicHash.hash(c.parent);
        bytes32 root;
        (root, c.accountProof, c.slotProof) = Tries.world(CORE, 0, MosaicHash.hash(c.kernel));
        c.number = finaliseOrigin(root);
        return c;
    }

    function _relay(Case memory c) internal {
        relay.relay(c.number, c.accountProof, c.slotProof, c.kernel, c.parent, c.link, c.hints);
    }

    function _refuse(Case memory c, bytes memory why) internal {
        vm.expectRevert(why);
        _relay(c);
    }
}
