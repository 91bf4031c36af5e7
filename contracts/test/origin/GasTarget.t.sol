// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Seal} from "../../src/lib/Seal.sol";
import {Transition, Vote} from "../../src/lib/Types.sol";
import {CoreStatus, ICore, Proposal, ProposalState} from "../../src/origin/ICore.sol";
import {OriginFixture} from "./OriginFixture.sol";

/// @dev The gas target challenged before a commit (4.4 b): checkpoints of height 5 and up reach the target; somebody
/// proposes a later one.
contract GasTargetChallengeTest is OriginFixture {
    address private constant CHALLENGER = address(0xcafe);
    uint64 private constant LATE = 9;
    uint64 private constant LOWEST = 5;

    Transition private late;
    bytes32 private lateId;

    function setUp() public override {
        super.setUp();
        _open(4);
        late = _of(LATE);
        core.propose(late, LATE, new bytes[](0));
        lateId = _id(late, LATE);
    }

    /// T of the checkpoint at `height`.
    function _of(uint64 height) private view returns (Transition memory t) {
        t = _transition();
        t.dynasty += height;
        t.gas += height;
        t.transactionRoot = keccak256(abi.encode("r", height));
    }

    struct Evidence {
        Transition t;
        Vote link;
        bytes seal;
    }

    function _evidence(uint64 height) private view returns (Evidence memory e) {
        return _evidenceOf(_of(height), height);
    }

    function _evidenceOf(Transition memory t, uint64 height) private view returns (Evidence memory e) {
        e.t = t;
        e.link = _link(t, height);
        e.seal = _seal(e.link, _first(3));
    }

    function _strike(Evidence memory e) private {
        vm.prank(CHALLENGER);
        core.challengeGasTarget(MosaicHash.hash(late), LATE, e.t, e.link, e.seal, new bytes[](0));
    }

    function _refused(Evidence memory e, bytes memory reason) private {
        vm.expectRevert(reason);
        core.challengeGasTarget(MosaicHash.hash(late), LATE, e.t, e.link, e.seal, new bytes[](0));
    }

    function test_a_lower_finalised_checkpoint_strikes_a_later_proposal_and_is_live_without_bond() public {
        Evidence memory e = _evidence(LOWEST);
        bytes32 id = _id(e.t, LOWEST);
        bytes32 hash = MosaicHash.hash(e.t);
        uint256 held = token.balanceOf(address(core));
        vm.expectEmit(address(core));
        emit ICore.ProposalStruck(lateId, CHALLENGER);
        vm.expectEmit(address(core));
        emit ICore.MetaBlockProposed(id, hash, 1, LOWEST, address(0), uint64(block.timestamp) + 3, e.t);
        _strike(e);
        assertEq(token.balanceOf(address(core)), held, "no bond");
        assertTrue(core.proposal(lateId).state == ProposalState.Struck);
        Proposal memory p = core.proposal(id);
        assertTrue(p.state == ProposalState.Live);
        assertEq(p.proposer, address(0));
        assertEq(p.readyAt, block.timestamp + 3);
        assertEq(p.height, 1);
    }

    function test_a_struck_proposal_never_commits_and_the_lower_one_does() public {
        Evidence memory e = _evidence(LOWEST);
        _strike(e);
        vm.warp(block.timestamp + 3);
        Vote memory link = _link(late, LATE);
        bytes memory seal = _seal(link, _all());
        vm.expectRevert(abi.encodeWithSelector(ICore.ProposalNotLive.selector, lateId, ProposalState.Struck));
        core.commit(late, LATE, link, seal);
        core.commit(e.t, LOWEST, e.link, e.seal);
        assertEq(core.committed().sourceHeight, LOWEST);
    }

    function test_the_bond_of_a_struck_proposal_is_its_proposers() public {
        _strike(_evidence(LOWEST));
        core.reclaim(MosaicHash.hash(late), LATE);
        assertEq(core.credit(address(this)), BOND);
        assertEq(core.credit(CHALLENGER), 0);
    }

    function test_a_proposal_without_bond_gives_none_back() public {
        Evidence memory e = _evidence(LOWEST);
        _strike(e);
        vm.warp(block.timestamp + 3);
        core.commit(e.t, LOWEST, e.link, e.seal);
        bytes32 id = _id(e.t, LOWEST);
        bytes32 hash = MosaicHash.hash(e.t);
        vm.expectRevert(abi.encodeWithSelector(ICore.BondNotReclaimable.selector, id, ProposalState.Live));
        core.reclaim(hash, LOWEST);
    }

    function test_a_struck_proposal_stays_struck() public {
        _strike(_evidence(7));
        Evidence memory e = _evidence(LOWEST);
        _refused(e, abi.encodeWithSelector(ICore.ProposalNotLive.selector, lateId, ProposalState.Struck));
        vm.expectRevert(abi.encodeWithSelector(ICore.ProposalKnown.selector, lateId));
        core.propose(late, LATE, new bytes[](0));
    }

    /// One that stood for a strike can be struck by a still lower one, and does not come back by standing again.
    function test_the_lowest_checkpoint_wins_whatever_the_order() public {
        Evidence memory seven = _evidence(7);
        _strike(seven);
        Evidence memory lowest = _evidence(LOWEST);
        core.challengeGasTarget(MosaicHash.hash(seven.t), 7, lowest.t, lowest.link, lowest.seal, new bytes[](0));
        bytes32 sevenId = _id(seven.t, 7);
        assertTrue(core.proposal(sevenId).state == ProposalState.Struck);
        Transition memory eight = _of(8);
        core.propose(eight, 8, new bytes[](0));
        core.challengeGasTarget(MosaicHash.hash(eight), 8, seven.t, seven.link, seven.seal, new bytes[](0));
        assertTrue(core.proposal(sevenId).state == ProposalState.Struck);
        assertTrue(core.proposal(_id(lowest.t, LOWEST)).state == ProposalState.Live);
    }

    function test_a_lower_checkpoint_that_is_proposed_already_keeps_its_proposer() public {
        Evidence memory e = _evidence(LOWEST);
        core.propose(e.t, LOWEST, new bytes[](0));
        vm.warp(block.timestamp + 2);
        uint40 readyAt = core.proposal(_id(e.t, LOWEST)).readyAt;
        _strike(e);
        Proposal memory p = core.proposal(_id(e.t, LOWEST));
        assertEq(p.proposer, address(this));
        assertEq(p.readyAt, readyAt);
    }

    /// A false h_s: the transition of height 5, proposed as if its source stood at 9 (4.2).
    function test_a_false_stated_height_is_struck_by_the_true_one() public {
        Evidence memory e = _evidence(LOWEST);
        core.propose(e.t, 9, new bytes[](0));
        core.challengeGasTarget(MosaicHash.hash(e.t), 9, e.t, e.link, e.seal, new bytes[](0));
        assertTrue(core.proposal(_id(e.t, 9)).state == ProposalState.Struck);
        assertTrue(core.proposal(_id(e.t, LOWEST)).state == ProposalState.Live);
    }

    function test_only_an_open_core_is_challenged() public {
        Evidence memory e = _evidence(LOWEST);
        _halt();
        _refused(e, abi.encodeWithSelector(ICore.StatusInvalid.selector, CoreStatus.Halted));
    }

    function test_only_a_live_proposal_is_struck() public {
        Evidence memory e = _evidence(LOWEST);
        bytes32 hash = keccak256("no proposal");
        bytes32 id = core.proposalId(hash, LATE);
        vm.expectRevert(abi.encodeWithSelector(ICore.ProposalNotLive.selector, id, ProposalState.None));
        core.challengeGasTarget(hash, LATE, e.t, e.link, e.seal, new bytes[](0));
    }

    function test_a_proposal_that_died_with_its_kernel_is_not_struck() public {
        _commitNext();
        Evidence memory e = _evidence(LOWEST);
        _refused(e, abi.encodeWithSelector(ICore.ProposalNotLive.selector, lateId, ProposalState.Live));
    }

    function test_a_proposal_below_the_gas_target_is_not_struck() public {
        Transition memory below = _transition();
        below.gas = core.gasTarget() - 1;
        core.propose(below, 0, new bytes[](0));
        Evidence memory e = _evidence(LOWEST);
        bytes32 hash = MosaicHash.hash(below);
        vm.expectRevert(abi.encodeWithSelector(ICore.NothingStated.selector, _id(below, 0)));
        core.challengeGasTarget(hash, 0, e.t, e.link, e.seal, new bytes[](0));
    }

    function test_the_lower_transition_passes_the_checks_of_a_proposal() public {
        Transition memory t = _of(LOWEST);
        t.kernel = keccak256("another kernel");
        _refused(
            _evidenceOf(t, LOWEST),
            abi.encodeWithSelector(ICore.KernelNotOpen.selector, t.kernel, core.openKernel())
        );
        t = _of(LOWEST);
        t.dynasty = 0;
        _refused(_evidenceOf(t, LOWEST), abi.encodeWithSelector(ICore.DynastyNotAbove.selector, 0, 0));
        t = _of(LOWEST);
        t.gas = 0;
        _refused(_evidenceOf(t, LOWEST), abi.encodeWithSelector(ICore.GasNotAbove.selector, 0, 0));
        t = _of(LOWEST);
        t.originNumber = 991;
        _refused(_evidenceOf(t, LOWEST), abi.encodeWithSelector(ICore.OriginNumberBelow.selector, 991, 992));
        t = _of(LOWEST);
        t.originHash = keccak256("no block");
        _refused(
            _evidenceOf(t, LOWEST), abi.encodeWithSelector(ICore.ObservationUnknown.selector, 992, t.originHash)
        );
        t = _of(LOWEST);
        t.gas = core.gasTarget() - 1;
        _refused(
            _evidenceOf(t, LOWEST), abi.encodeWithSelector(ICore.GasBelowTarget.selector, t.gas, core.gasTarget())
        );
    }

    function test_the_gas_target_itself_strikes() public {
        Transition memory t = _of(LOWEST);
        t.gas = core.gasTarget();
        _strike(_evidenceOf(t, LOWEST));
        assertTrue(core.proposal(lateId).state == ProposalState.Struck);
    }

    function test_the_link_finalises_the_lower_checkpoint_of_this_core() public {
        Evidence memory e = _evidence(LOWEST);
        e.link.chain = core.originId();
        _refused(
            e, abi.encodeWithSelector(ICore.ChainMismatch.selector, core.originId(), core.coreId())
        );
        e = _evidence(LOWEST);
        e.link.transition = keccak256("another");
        _refused(
            e,
            abi.encodeWithSelector(ICore.TransitionMismatch.selector, e.link.transition, MosaicHash.hash(e.t))
        );
        e = _evidence(LOWEST);
        e.link.targetHeight = LOWEST + 2;
        _refused(e, abi.encodeWithSelector(ICore.LinkNotFinalising.selector, LOWEST, LOWEST + 2));
        _refused(
            _evidence(ROOT_HEIGHT),
            abi.encodeWithSelector(ICore.SourceHeightNotAbove.selector, ROOT_HEIGHT, ROOT_HEIGHT)
        );
    }

    function test_a_checkpoint_at_the_stated_height_or_above_strikes_nothing() public {
        _refused(
            _evidenceOf(_of(1), LATE), abi.encodeWithSelector(ICore.SourceHeightNotBelow.selector, LATE, LATE)
        );
        _refused(_evidence(11), abi.encodeWithSelector(ICore.SourceHeightNotBelow.selector, 11, LATE));
    }

    function test_without_two_thirds_nothing_is_struck() public {
        Evidence memory e = _evidence(LOWEST);
        e.seal = _seal(e.link, _first(2));
        _refused(e, abi.encodeWithSelector(ICore.QuorumMissing.selector, 200, 400, 200, 400));
        e.seal = hex"01";
        _refused(e, abi.encodeWithSelector(Seal.SealSchemeUnknown.selector, 1));
    }
}
