// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Transition, Vote} from "../../src/lib/Types.sol";
import {CoreStatus, ICore, ProposalState} from "../../src/origin/ICore.sol";
import {IRegistry} from "../../src/origin/IRegistry.sol";
import {OriginFixture} from "./OriginFixture.sol";

/// @dev The challenge of an observation (4.4 a): three of four validators finalised a block 992 of origin that origin
/// does not have, and a proposal observes origin at 992.
contract ObservationChallengeTest is OriginFixture {
    address private constant CHALLENGER = address(0xcafe);
    uint64 private constant HEIGHT = 124; // 992 / 8

    function setUp() public override {
        super.setUp();
        _open(4);
    }

    struct Evidence {
        Transition b;
        uint64 stated;
        Vote link;
        uint64 m;
        bytes seal;
    }

    function _falseLink() private view returns (Vote memory) {
        return Vote({
            chain: core.originId(),
            transition: 0,
            source: keccak256("a block that origin does not have"),
            target: keccak256("its next checkpoint"),
            sourceHeight: HEIGHT,
            targetHeight: HEIGHT + 1
        });
    }

    function _evidence() private returns (Evidence memory e) {
        (e.b, e.stated) = (_transition(), _statedHeight());
        core.propose(e.b, e.stated, new bytes[](0));
        e.link = _falseLink();
        e.m = core.openHeight();
        e.seal = _seal(e.link, _first(3));
    }

    function _resealed(Evidence memory e) private view returns (Evidence memory) {
        e.seal = _seal(e.link, _first(3));
        return e;
    }

    function _challenge(Evidence memory e) private {
        vm.prank(CHALLENGER);
        core.challengeObservation(e.b, e.stated, e.link, e.m, e.seal);
    }

    function _refused(Evidence memory e, bytes memory reason) private {
        vm.expectRevert(reason);
        core.challengeObservation(e.b, e.stated, e.link, e.m, e.seal);
    }

    function test_a_contradicted_observation_halts_forfeits_and_penalises_its_signers() public {
        Evidence memory e = _evidence();
        bytes32 id = _id(e.b, e.stated);
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectEmit(address(registry));
            emit IRegistry.Penalised(_signer(i), 10 ether);
        }
        vm.expectEmit(address(registry));
        emit IRegistry.PenaltyShared(CHALLENGER, 30 ether, 1.5 ether);
        _challenge(e);
        assertTrue(core.status() == CoreStatus.Halted);
        assertTrue(core.proposal(id).state == ProposalState.Forfeit);
        for (uint256 i = 0; i < 3; ++i) {
            assertEq(registry.account(_signer(i)).shares, 90 ether);
        }
        assertEq(registry.account(_signer(3)).shares, STAKE, "who did not sign");
        assertEq(registry.credit(CHALLENGER), 1.5 ether);
        assertEq(registry.burned(), 28.5 ether);
        assertEq(core.credit(CHALLENGER), BOND);
        vm.prank(CHALLENGER);
        core.collect(CHALLENGER);
        vm.prank(CHALLENGER);
        registry.collect(CHALLENGER);
        assertEq(token.balanceOf(CHALLENGER), BOND + 1.5 ether);
    }

    function test_the_challenge_publishes_its_evidence_and_the_halt() public {
        Evidence memory e = _evidence();
        vm.expectEmit(address(core));
        emit ICore.ObservationChallenged(_id(e.b, e.stated), e.link, CHALLENGER);
        vm.expectEmit(address(core));
        emit ICore.CoreHalted(1);
        _challenge(e);
    }

    /// Stake in = held by accounts + credit + burned, and what is left is paid out (2.3, 4.4).
    function test_every_token_is_accounted_for_after_the_penalty() public {
        _challenge(_evidence());
        vm.prank(CHALLENGER);
        registry.collect(CHALLENGER);
        for (uint256 i = 0; i < 4; ++i) {
            registry.release(_signer(i));
            registry.withdraw(_signer(i));
        }
        assertEq(token.balanceOf(_withdrawal(0)), 90 ether);
        assertEq(token.balanceOf(_withdrawal(3)), STAKE);
        assertEq(token.balanceOf(address(registry)), registry.burned());
    }

    function test_the_bond_of_a_forfeit_proposal_is_never_reclaimed() public {
        Evidence memory e = _evidence();
        _challenge(e);
        bytes32 id = _id(e.b, e.stated);
        bytes32 hash = MosaicHash.hash(e.b);
        vm.expectRevert(abi.encodeWithSelector(ICore.BondNotReclaimable.selector, id, ProposalState.Forfeit));
        core.reclaim(hash, e.stated);
    }

    function test_a_pending_halt_challenges_bond_returns_with_this_halt() public {
        vm.warp(block.timestamp + coreConfig.setupGrace);
        core.challengeHalt();
        Evidence memory e = _evidence();
        _challenge(e);
        assertEq(core.credit(address(this)), 10 ether);
        assertEq(core.haltableAt(), 0);
    }

    function test_a_proposal_that_a_seal_stands_for_has_no_bond_to_forfeit() public {
        Transition memory late = _transition();
        core.propose(late, 9, new bytes[](0));
        Transition memory t = _transition();
        t.transactionRoot = keccak256("lower");
        Vote memory link = _link(t, 5);
        core.challengeGasTarget(MosaicHash.hash(late), 9, t, link, _seal(link, _first(3)), new bytes[](0));
        Vote memory wrong = _falseLink();
        _challenge(Evidence({b: t, stated: 5, link: wrong, m: 1, seal: _seal(wrong, _first(3))}));
        assertEq(core.credit(CHALLENGER), 0);
        assertEq(token.balanceOf(address(core)), BOND, "the struck proposal's");
        core.reclaim(MosaicHash.hash(late), 9);
        core.collect(address(this));
        assertEq(token.balanceOf(address(core)), 0);
    }

    /// V_{n-1} is tallied by F(n-1) and F(n-2): the joiner of K_2 counts nothing in it.
    function test_the_set_of_the_height_before_is_tallied_with_its_own_weights() public {
        _deposit(4, 20 * STAKE);
        _commitNext();
        Evidence memory e = _evidence();
        e.m = 1;
        _challenge(e);
        assertTrue(core.status() == CoreStatus.Halted);
    }

    function test_the_set_of_the_open_height_needs_its_own_two_thirds() public {
        _deposit(4, 20 * STAKE);
        _commitNext();
        Evidence memory e = _evidence();
        _refused(e, abi.encodeWithSelector(ICore.QuorumMissing.selector, 300, 2400, 300, 400));
    }

    /// Keys of V_{n-2} that are long gone prove nothing (4.4 a).
    function test_keys_of_an_older_set_cannot_seal_an_observation() public {
        _commitNext();
        _commitNext();
        Evidence memory e = _evidence();
        e.m = 1;
        _refused(e, abi.encodeWithSelector(IRegistry.HeightNotTallied.selector, 1, 3));
        e.m = 0;
        _refused(e, abi.encodeWithSelector(IRegistry.HeightNotTallied.selector, 0, 3));
        e.m = 4;
        _refused(e, abi.encodeWithSelector(IRegistry.HeightNotTallied.selector, 4, 3));
        e.m = type(uint64).max;
        _refused(e, abi.encodeWithSelector(IRegistry.HeightNotTallied.selector, e.m, 3));
    }

    function test_only_an_open_core_is_challenged() public {
        Evidence memory e = _evidence();
        _halt();
        _refused(e, abi.encodeWithSelector(ICore.StatusInvalid.selector, CoreStatus.Halted));
    }

    function test_only_a_live_proposal_of_the_open_kernel_is_challenged() public {
        Evidence memory e = _evidence();
        e.stated = 77;
        _refused(
            e, abi.encodeWithSelector(ICore.ProposalNotLive.selector, _id(e.b, 77), ProposalState.None)
        );
        e.stated = 3;
        bytes32 old = core.openKernel();
        _commit(_ready(e));
        _refused(e, abi.encodeWithSelector(ICore.KernelNotOpen.selector, old, core.openKernel()));
    }

    function _ready(Evidence memory e) private returns (Ready memory ready) {
        vm.warp(block.timestamp + 3);
        (ready.t, ready.statedHeight) = (e.b, e.stated);
        ready.link = _link(e.b, e.stated);
        ready.seal = _seal(ready.link, _all());
    }

    function test_the_link_finalises_a_block_of_origin() public {
        Evidence memory e = _evidence();
        e.link.chain = core.coreId();
        _refused(e, abi.encodeWithSelector(ICore.ChainMismatch.selector, core.coreId(), core.originId()));
        e.link = _falseLink();
        e.link.transition = keccak256("t");
        _refused(e, abi.encodeWithSelector(ICore.TransitionMismatch.selector, e.link.transition, bytes32(0)));
        e.link = _falseLink();
        e.link.targetHeight = HEIGHT + 2;
        _refused(e, abi.encodeWithSelector(ICore.LinkNotFinalising.selector, HEIGHT, HEIGHT + 2));
        e.link.targetHeight = 0;
        _refused(e, abi.encodeWithSelector(ICore.LinkNotFinalising.selector, HEIGHT, 0));
    }

    function test_a_checkpoint_above_the_proposals_observation_is_refused() public {
        Evidence memory e = _evidence();
        e.link.sourceHeight = HEIGHT + 1;
        e.link.targetHeight = HEIGHT + 2;
        _refused(e, abi.encodeWithSelector(ICore.ObservationNotReached.selector, 1000, 992));
        e.link.sourceHeight = type(uint64).max - 1;
        e.link.targetHeight = type(uint64).max;
        _refused(
            e,
            abi.encodeWithSelector(ICore.ObservationNotReached.selector, uint256(e.link.sourceHeight) * 8, 992)
        );
    }

    function test_a_checkpoint_that_the_history_does_not_hold_is_refused() public {
        Evidence memory e = _evidence();
        e.link.sourceHeight = HEIGHT - 1;
        e.link.targetHeight = HEIGHT;
        _refused(_resealed(e), abi.encodeWithSelector(ICore.CheckpointNotRecorded.selector, 984));
    }

    function test_an_observation_that_origin_confirms_is_refused() public {
        Evidence memory e = _evidence();
        e.link.source = _hashOf(992);
        _refused(_resealed(e), abi.encodeWithSelector(ICore.ObservationRight.selector, 992, _hashOf(992)));
    }

    function test_without_two_thirds_nothing_is_forfeit() public {
        Evidence memory e = _evidence();
        e.seal = _seal(e.link, _first(2));
        _refused(e, abi.encodeWithSelector(ICore.QuorumMissing.selector, 200, 400, 200, 400));
    }

    function test_a_signature_over_another_link_is_refused() public {
        Evidence memory e = _evidence();
        e.link.target = keccak256("another target");
        vm.expectPartialRevert(IRegistry.SealSignatureInvalid.selector);
        core.challengeObservation(e.b, e.stated, e.link, e.m, e.seal);
    }

    function test_only_the_core_penalises() public {
        vm.expectRevert(abi.encodeWithSelector(IRegistry.NotCore.selector, address(this)));
        registry.penalise(hex"00", address(this));
    }
}
