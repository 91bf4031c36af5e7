// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {CoreStatus, ICore} from "../../src/origin/ICore.sol";
import {IRegistry, ValidatorState} from "../../src/origin/IRegistry.sol";
import {OriginFixture} from "./OriginFixture.sol";

/// @dev The halt challenge (4.4 c) and what a halt closes (4.5).
contract HaltChallengeTest is OriginFixture {
    address private constant CHALLENGER = address(0xcafe);
    address private constant COMMITTER = address(0xbeef);

    function setUp() public override {
        super.setUp();
        _open(4);
        token.transfer(CHALLENGER, 100 ether);
        vm.prank(CHALLENGER);
        token.approve(address(core), type(uint256).max);
    }

    function _challenge() private {
        vm.prank(CHALLENGER);
        core.challengeHalt();
    }

    function _late() private {
        vm.warp(block.timestamp + coreConfig.setupGrace);
    }

    function _haltUnanswered() private {
        _late();
        _challenge();
        vm.warp(core.haltableAt());
        core.halt();
    }

    function test_a_core_that_is_not_open_cannot_be_challenged_to_commit() public {
        _deploy();
        vm.expectRevert(abi.encodeWithSelector(ICore.StatusInvalid.selector, CoreStatus.Created));
        core.challengeHalt();
        vm.expectRevert(abi.encodeWithSelector(ICore.StatusInvalid.selector, CoreStatus.Created));
        core.halt();
    }

    function test_before_the_first_meta_block_a_halt_challenge_waits_for_the_setup_grace() public {
        uint256 from = core.lastCommitAt() + coreConfig.setupGrace;
        vm.warp(from - 1);
        vm.expectRevert(abi.encodeWithSelector(ICore.HaltChallengeTooEarly.selector, from));
        core.challengeHalt();
        vm.warp(from);
        uint64 until = uint64(from) + coreConfig.haltWindow;
        vm.expectEmit(address(core));
        emit ICore.HaltChallenged(CHALLENGER, until);
        _challenge();
        assertEq(core.haltableAt(), until);
        assertEq(token.balanceOf(CHALLENGER), 90 ether);
        assertEq(token.balanceOf(address(core)), 10 ether);
    }

    function test_after_a_meta_block_a_halt_challenge_waits_for_halt_after() public {
        _commitNext();
        uint256 from = core.lastCommitAt() + coreConfig.haltAfter;
        vm.warp(from - 1);
        vm.expectRevert(abi.encodeWithSelector(ICore.HaltChallengeTooEarly.selector, from));
        core.challengeHalt();
        vm.warp(from);
        _challenge();
    }

    /// A core that commits cannot be halted for what was before its last commit.
    function test_a_halt_challenge_right_after_a_commit_is_refused() public {
        vm.warp(block.timestamp + 10 * coreConfig.setupGrace);
        _commitNext();
        uint256 from = block.timestamp + coreConfig.haltAfter;
        vm.expectRevert(abi.encodeWithSelector(ICore.HaltChallengeTooEarly.selector, from));
        core.challengeHalt();
    }

    function test_one_halt_challenge_is_pending_at_a_time() public {
        _late();
        _challenge();
        uint64 until = core.haltableAt();
        vm.expectRevert(abi.encodeWithSelector(ICore.HaltChallengePending.selector, until));
        core.challengeHalt();
    }

    function test_a_halt_challenge_without_bond_is_refused() public {
        _late();
        vm.prank(address(0xdead));
        vm.expectRevert();
        core.challengeHalt();
        assertEq(core.haltableAt(), 0);
    }

    function test_a_commit_answers_the_halt_challenge_and_takes_its_bond() public {
        _late();
        _challenge();
        Ready memory ready = _sealedNext();
        vm.prank(COMMITTER);
        vm.expectEmit(address(core));
        emit ICore.HaltAnswered(COMMITTER, 10 ether);
        _commit(ready);
        assertEq(core.haltableAt(), 0);
        assertEq(core.credit(COMMITTER), 10 ether);
        assertEq(core.credit(CHALLENGER), 0);
        assertEq(vm.load(address(core), bytes32(uint256(4))), 0, "no challenger is left");
        vm.prank(COMMITTER);
        core.collect(COMMITTER);
        assertEq(token.balanceOf(COMMITTER), 10 ether);
        vm.warp(block.timestamp + 10 * coreConfig.haltWindow);
        vm.expectRevert(abi.encodeWithSelector(ICore.HaltChallengeMissing.selector));
        core.halt();
    }

    /// Always possible later: the window does not bar the commit, only halt() does (4.3).
    function test_a_commit_after_the_window_still_answers() public {
        _late();
        _challenge();
        vm.warp(block.timestamp + 2 * coreConfig.haltWindow);
        _commitNext();
        assertTrue(core.status() == CoreStatus.Open);
        assertEq(core.credit(address(this)), 10 ether);
    }

    function test_a_commit_without_a_challenge_earns_no_bond() public {
        _commitNext();
        assertEq(core.credit(address(this)), 0);
    }

    function test_an_answered_challenge_can_be_followed_by_another() public {
        _late();
        _challenge();
        _commitNext();
        vm.warp(block.timestamp + coreConfig.haltAfter);
        _challenge();
        assertEq(core.haltableAt(), block.timestamp + coreConfig.haltWindow);
        vm.warp(core.haltableAt());
        core.halt();
        assertEq(core.credit(CHALLENGER), 10 ether);
    }

    function test_nobody_halts_without_a_challenge() public {
        vm.warp(block.timestamp + 10 * coreConfig.setupGrace);
        vm.expectRevert(abi.encodeWithSelector(ICore.HaltChallengeMissing.selector));
        core.halt();
    }

    function test_anyone_halts_when_the_window_is_over_and_the_bond_returns() public {
        _late();
        _challenge();
        uint64 until = core.haltableAt();
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(ICore.HaltWindowRunning.selector, until));
        core.halt();
        vm.warp(until);
        vm.prank(address(0xabcd));
        vm.expectEmit(address(core));
        emit ICore.CoreHalted(2);
        core.halt();
        assertTrue(core.status() == CoreStatus.Halted);
        assertEq(core.credit(CHALLENGER), 10 ether);
        assertEq(core.haltableAt(), 0);
        vm.prank(CHALLENGER);
        core.collect(CHALLENGER);
        assertEq(token.balanceOf(CHALLENGER), 100 ether);
    }

    function test_halted_is_final_and_closes_proposals_commits_and_challenges() public {
        (Ready memory ready) = _sealedNext();
        _haltUnanswered();
        bytes memory halted = abi.encodeWithSelector(ICore.StatusInvalid.selector, CoreStatus.Halted);
        vm.expectRevert(halted);
        core.halt();
        vm.expectRevert(halted);
        core.challengeHalt();
        vm.expectRevert(halted);
        core.open();
        vm.expectRevert(halted);
        core.propose(ready.t, ready.statedHeight, new bytes[](0));
        vm.expectRevert(halted);
        _commit(ready);
    }

    function test_a_halt_closes_deposits_and_logouts() public {
        _haltUnanswered();
        address signer = _signer(0);
        vm.prank(_withdrawal(0));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.CoreNotOpen.selector, 2));
        registry.logout(signer, "");
        vm.expectRevert(abi.encodeWithSelector(IRegistry.CoreIsHalted.selector));
        registry.deposit(STAKE, 0, 0, address(1), "");
    }

    /// A core that never committed keeps nobody's stake back (5.1).
    function test_a_core_halted_before_its_first_meta_block_pays_stakes_at_once() public {
        _haltUnanswered();
        registry.release(_signer(2));
        registry.withdraw(_signer(2));
        assertEq(token.balanceOf(_withdrawal(2)), STAKE);
    }

    function test_a_core_halted_later_releases_its_validators_with_the_delay() public {
        _commitNext();
        _haltUnanswered();
        registry.release(_signer(2));
        assertTrue(_state(2) == ValidatorState.Released);
        assertEq(registry.account(_signer(2)).releasableAt, block.timestamp + 60);
    }

    function test_a_halt_returns_the_bonds_of_live_proposals_too() public {
        Ready memory ready = _sealedNext();
        _haltUnanswered();
        core.reclaim(MosaicHash.hash(ready.t), ready.statedHeight);
        assertEq(core.credit(address(this)), BOND);
        core.collect(address(this));
        vm.prank(CHALLENGER);
        core.collect(CHALLENGER);
        assertEq(token.balanceOf(address(core)), 0);
    }

    /// All founders ask to leave, and nobody joins: the last cannot be carried out (5.4), so the halt frees them.
    function test_founders_who_all_log_out_are_freed_by_a_halt() public {
        for (uint256 i = 0; i < 4; ++i) {
            _logout(i);
        }
        _commitNext();
        _commitNext();
        assertEq(registry.total(3), 100);
        _commitNext();
        assertEq(registry.total(4), 100);
        _haltUnanswered();
        for (uint256 i = 0; i < 4; ++i) {
            registry.release(_signer(i));
        }
        vm.warp(block.timestamp + 60);
        for (uint256 i = 0; i < 4; ++i) {
            registry.withdraw(_signer(i));
            assertEq(token.balanceOf(_withdrawal(i)), STAKE);
        }
        assertEq(token.balanceOf(address(registry)), 0);
    }
}
