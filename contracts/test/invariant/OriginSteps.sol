// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Transition, Vote} from "../../src/lib/Types.sol";
import {CoreStatus, ICore, MissedEvidence, Proposal, ProposalState} from "../../src/origin/ICore.sol";
import {Account, RollPreimage, ValidatorState} from "../../src/origin/IRegistry.sol";
import {OriginLedger} from "./OriginLedger.sol";

/// @dev The steps of any sequence: each is a message that must succeed, drawn from those that can; where none of its kind can,
/// the step is not taken (forge counts it as discarded, so that its table tells the calls that succeeded). `refuse`
/// tries messages that must fail.
contract OriginSteps is OriginLedger {
    /// Before it nothing halts the core, so that every run sees many meta-blocks.
    uint64 private constant MAY_HALT_FROM = 12;
    uint256 private constant SELDOM = 6;

    struct Plan {
        Transition t;
        uint64 statedHeight;
    }

    Plan[] private plans;
    /// Everybody but this index signs most seals, so that it leaks.
    uint32 private constant LAZY = 1;
    mapping(uint64 height => bytes) private rollOf;
    uint256 private nonce;

    modifier whileOpen() {
        vm.assume(core.status() == CoreStatus.Open);
        _;
    }

    /// What a step may have changed: a halt is written down when it is first seen.
    modifier follows() {
        vm.recordLogs();
        _;
        _readKernel();
        if (!halted && core.status() == CoreStatus.Halted) {
            halted = true;
            haltedWith = _standing();
        }
    }

    // Drawing

    function _mayHalt(uint256 seed) private view {
        vm.assume(core.openHeight() >= MAY_HALT_FROM && (seed >> 128) % SELDOM == 0);
    }

    function _reachesThird(uint256 who) private view returns (bool) {
        uint64 n = core.openHeight();
        for (uint64 k = n - 1; k <= n; ++k) {
            (uint256 total, uint256 gone) = _sums(k);
            if (3 * (gone + carried[who][k]) >= total) return true;
        }
        return false;
    }

    /// A validator in one of the states of the mask, the first from a random one on.
    function _any(uint256 seed, uint256 mask) private view returns (uint256 who) {
        for (uint256 i = 0; i < count; ++i) {
            who = (seed % count + i) % count;
            if (mask >> uint256(registry.account(signers[who]).state) & 1 == 1) return who;
        }
        vm.assume(false);
    }

    function _mask(ValidatorState a) private pure returns (uint256) {
        return 1 << uint256(a);
    }

    // Validators

    function deposit(uint256 seed) external whileOpen follows {
        vm.assume(count < MOST);
        _enter(10 ether + seed % 50 ether);
    }

    function cancel(uint256 seed) external follows {
        uint256 who = _any(seed, _mask(ValidatorState.Queued));
        left += registry.account(signers[who]).shares;
        vm.prank(_withdrawal(who));
        registry.cancel(signers[who]);
    }

    function logout(uint256 seed) external whileOpen follows {
        vm.assume(seed % 3 == 0);
        _logout(_any(seed >> 8, _mask(ValidatorState.Active)));
    }

    function release(uint256 seed) external follows {
        uint256 who = _any(seed, _mask(ValidatorState.Leaving) | (halted ? _mask(ValidatorState.Active) : 0));
        Account memory a = registry.account(signers[who]);
        vm.assume(halted || (a.endHeight != 0 && core.openHeight() > a.endHeight + 1));
        registry.release(signers[who]);
    }

    function withdraw(uint256 seed) external follows {
        uint256 who = _any(seed, _mask(ValidatorState.Released));
        Account memory a = registry.account(signers[who]);
        if (block.timestamp < a.releasableAt) vm.warp(a.releasableAt);
        uint256 before = token.balanceOf(_withdrawal(who));
        registry.withdraw(signers[who]);
        left += token.balanceOf(_withdrawal(who)) - before;
        ++roundings;
    }

    function refresh(uint256 seed) external whileOpen follows {
        uint256 who = _any(seed, _mask(ValidatorState.Active));
        address signer = signers[who];
        vm.assume(registry.account(signer).queued == 0);
        factors.set(signer, ((seed >> 8) % 5) * 25e16);
        uint256 weight = registry.stakeOf(signer) * (1e18 - factors.missing(signer)) / 1e18 / UNIT;
        vm.assume(weight != registry.voter(registry.account(signer).index).weight);
        registry.refresh(signer);
    }

    function veto(uint256 seed) external whileOpen follows {
        uint256 who = _any(seed, _mask(ValidatorState.Active));
        vm.assume(registry.voter(registry.account(signers[who]).index).weight != 0);
        vm.prank(_withdrawal(who));
        registry.veto(address(uint160(++nonce)), signers[who], "");
        ++roundings;
    }

    function slash(uint256 seed) external follows {
        vm.assume((seed >> 64) % 8 == 0);
        uint256 who = _any(seed, 0x1e);
        if (!halted && _reachesThird(who)) _mayHalt(seed);
        (Vote memory a, Vote memory b) = _double();
        (bytes memory one, bytes memory other) = (_signed(who, a), _signed(who, b));
        vm.prank(REPORTER);
        registry.slash(a, one, b, other);
        slashed[who] = true;
        ++roundings;
    }

    function collect_reward(uint256 seed) external follows {
        address who = seed % 2 == 0 ? REPORTER : CHALLENGER;
        uint256 amount = registry.credit(who);
        vm.assume(amount != 0);
        vm.prank(who);
        registry.collect(address(0x700));
        left += amount;
    }

    // Meta-blocks

    function propose(uint256 seed) external whileOpen follows {
        _propose(seed);
    }

    function _propose(uint256 seed) private {
        Plan memory plan;
        plan.t = _transition();
        plan.t.transactionRoot = keccak256(abi.encode("r", ++nonce));
        plan.t.dynasty += uint64(seed % 3);
        if ((seed >> 8) % 3 == 0) {
            plan.t.gas = core.committedGas() + 1 + (seed >> 16) % (GAS_STEP - 1);
        } else {
            plan.t.gas += (seed >> 16) % GAS_STEP;
            plan.statedHeight = _statedHeight() + uint64(seed >> 8) % 6;
        }
        core.propose(plan.t, plan.statedHeight, new bytes[](0));
        bonds += BOND;
        plans.push(plan);
    }

    /// A live proposal of the open kernel, made ready.
    function _ready(uint256 seed) private returns (Plan memory plan) {
        bool found;
        (plan, found) = _find(seed);
        vm.assume(found);
    }

    function _find(uint256 seed) private returns (Plan memory plan, bool live) {
        for (uint256 i = 0; i < plans.length; ++i) {
            plan = plans[(seed % plans.length + i) % plans.length];
            Proposal memory found = core.proposal(_id(plan.t, plan.statedHeight));
            if (found.state != ProposalState.Live || found.height != core.openHeight()) continue;
            if (block.timestamp < found.readyAt) vm.warp(found.readyAt);
            return (plan, true);
        }
    }

    /// Everybody who was not slashed, without the lazy one where the others suffice.
    function _all() internal view override returns (uint32[] memory all) {
        all = _unslashed();
        if (!_suffice(all)) return all;
        uint256 kept;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] != LAZY) all[kept++] = all[i];
        }
        assembly ("memory-safe") {
            mstore(all, kept)
        }
    }

    function _sealOf(uint256 seed, Vote memory link) private view returns (bytes memory seal, bytes memory roll) {
        uint32[] memory signing = seed % 8 == 0 ? _unslashed() : _all();
        for (uint256 i = 0; i < signing.length; ++i) {
            roll = bytes.concat(roll, abi.encodePacked(signing[i]));
        }
        seal = _seal(link, signing);
    }

    function _suffice(uint32[] memory all) private view returns (bool) {
        uint64 n = core.openHeight();
        for (uint64 k = n - 1; k <= n; ++k) {
            (uint256 total,) = _sums(k);
            uint256 weight;
            for (uint256 i = 0; i < all.length; ++i) {
                if (all[i] != LAZY) weight += carried[whoOf[registry.voter(all[i]).signer]][k];
            }
            if (3 * weight <= 2 * total) return false;
        }
        return true;
    }

    function commit(uint256 seed) external whileOpen follows {
        Ready memory ready;
        {
            (Plan memory plan, bool live) = _find(seed);
            if (!live) {
                _propose(seed);
                (plan,) = _find(plans.length - 1);
            }
            (ready.t, ready.statedHeight) = (plan.t, plan.statedHeight);
        }
        uint64 at = ready.statedHeight == 0 ? _statedHeight() : ready.statedHeight;
        ready.link = _link(ready.t, at);
        bytes memory roll;
        (ready.seal, roll) = _sealOf(seed >> 8, ready.link);
        _commitFollowed(ready, roll);
        sourceHeader = "";
    }

    /// The rear of n + 1 is the forward of n: the same seal, weighed by the registry before and after the commit (5.3).
    function _commitFollowed(Ready memory ready, bytes memory roll) private {
        uint64 n = core.openHeight();
        bytes32 digest = _digest(ready.link);
        (uint64 forward, uint64 total) = _forward(n, digest, ready.seal);
        _remember(n, ready.t, ready.link, roll);
        _commit(ready);
        (uint64 rear, uint64 rearTotal) = _rear(n + 1, digest, ready.seal);
        if (forward != rear) revert Broken("forward(n) = rear(n + 1)", rear, forward);
        if (total != rearTotal) revert Broken("their totals", rearTotal, total);
    }

    function _forward(uint64 n, bytes32 digest, bytes memory seal) private view returns (uint64, uint64) {
        return (registry.tally(n, digest, seal).forward, registry.tally(n, digest, seal).forwardTotal);
    }

    function _rear(uint64 n, bytes32 digest, bytes memory seal) private view returns (uint64, uint64) {
        return (registry.tally(n, digest, seal).rear, registry.tally(n, digest, seal).rearTotal);
    }

    function _remember(uint64 n, Transition memory t, Vote memory link, bytes memory roll) private {
        committedAt[n] = t;
        (transitionAt[n], linkAt[n]) = (t, link);
        rollOf[n] = roll;
    }

    /// One that passes over lower checkpoints, with all that proves it.
    function commit_late(uint256) external whileOpen follows {
        uint64 n = core.openHeight();
        bonds += BOND;
        bytes memory roll;
        uint32[] memory signing = _all();
        for (uint256 i = 0; i < signing.length; ++i) {
            roll = bytes.concat(roll, abi.encodePacked(signing[i]));
        }
        _commitOver();
        plans.push(Plan(transitionAt[n], linkAt[n].sourceHeight));
        _remember(n, transitionAt[n], linkAt[n], roll);
    }

    function prove_miss(uint256 seed) external whileOpen follows {
        vm.assume(sourceHeader.length != 0 && core.openHeight() > 1);
        uint64 source = core.committed().sourceHeight;
        uint64 from = core.committed().missedFrom;
        uint64 missed = source - STEP + (from == 0 && seed % 2 == 0 ? 5 : 3);
        vm.assume(from == 0 || missed < from);
        MissedEvidence memory e = _missed(missed);
        vm.prank(CHALLENGER);
        core.proveMissedCheckpoint(e);
        ++roundings;
    }

    function reclaim(uint256 seed) external follows {
        for (uint256 i = 0; i < plans.length; ++i) {
            Plan memory plan = plans[(seed % plans.length + i) % plans.length];
            Proposal memory found = core.proposal(_id(plan.t, plan.statedHeight));
            bool over = found.state == ProposalState.Struck
                || (found.state == ProposalState.Live && (halted || found.height < core.openHeight()));
            if (!over || found.proposer == address(0)) continue;
            core.reclaim(MosaicHash.hash(plan.t), plan.statedHeight);
            return;
        }
        vm.assume(false);
    }

    function collect_bond(uint256 seed) external follows {
        address[3] memory owners = [address(this), CHALLENGER, REPORTER];
        address who = owners[seed % 3];
        uint256 amount = core.credit(who);
        vm.assume(amount != 0);
        vm.prank(who);
        core.collect(address(0x800));
        bonds -= amount;
    }

    function wait(uint256 seed) external {
        vm.warp(block.timestamp + 1 + seed % 200);
    }

    // Challenges

    function strike(uint256 seed) external whileOpen follows {
        Plan memory struck = _ready(seed);
        uint64 last = core.committed().sourceHeight;
        vm.assume(struck.statedHeight > last + 1);
        Plan memory lower;
        lower.t = _transition();
        lower.t.transactionRoot = keccak256(abi.encode("lower", ++nonce));
        lower.statedHeight = last + 1 + uint64(seed >> 8) % (struck.statedHeight - last - 1);
        Vote memory link = _link(lower.t, lower.statedHeight);
        bytes memory seal = _seal(link, _unslashed());
        vm.prank(CHALLENGER);
        core.challengeGasTarget(
            MosaicHash.hash(struck.t), struck.statedHeight, lower.t, link, seal, new bytes[](0)
        );
        plans.push(lower);
    }

    /// Those who finalised a block of origin that origin does not have halt the core, and pay for it (4.4 a).
    function contradict(uint256 seed) external whileOpen follows {
        _mayHalt(seed);
        Plan memory plan = _ready(seed);
        uint64 at = core.committed().originNumber / 8;
        Vote memory link = Vote(core.originId(), 0, keccak256("no block of O"), keccak256("nor this"), at, at + 1);
        uint64 m = core.openHeight();
        bytes memory seal = _seal(link, _unslashed());
        vm.prank(CHALLENGER);
        core.challengeObservation(plan.t, plan.statedHeight, link, m, seal);
        roundings += count;
    }

    function challenge_halt(uint256 seed) external whileOpen follows {
        vm.assume(core.haltableAt() == 0 && seed % 3 == 0);
        uint256 from = core.lastCommitAt() + (core.openHeight() == 1 ? 600 : 300);
        if (block.timestamp < from) vm.warp(from);
        bool sent = token.transfer(CHALLENGER, 10 ether);
        check(sent, "bond");
        vm.startPrank(CHALLENGER);
        token.approve(address(core), 10 ether);
        core.challengeHalt();
        vm.stopPrank();
        bonds += 10 ether;
    }

    function halt(uint256 seed) external whileOpen follows {
        _mayHalt(seed);
        vm.assume(core.haltableAt() != 0);
        if (block.timestamp < core.haltableAt()) vm.warp(core.haltableAt());
        core.halt();
    }

    // Presence and leak

    function leak(uint256) external whileOpen follows {
        uint64 n = core.openHeight();
        address signer = registry.voter(LAZY).signer;
        Account memory a = registry.account(signer);
        vm.assume(n > 5 && a.state == ValidatorState.Active && a.lastPresent + 5 < n && a.lastLeak + 5 < n);
        for (uint64 k = n - 5; k <= n; ++k) {
            vm.assume(carried[whoOf[signer]][k] != 0);
        }
        RollPreimage[] memory preimages = new RollPreimage[](4);
        for (uint64 i = 0; i < 4; ++i) {
            bytes memory indices = rollOf[n - 5 + i];
            vm.assume(uint32(_word(indices, 0)) != LAZY && uint32(_word(indices, 4)) != LAZY);
            preimages[i] = RollPreimage({kind: 0, indices: indices});
        }
        registry.leak(signer, preimages);
        ++roundings;
    }

    /// The index at an offset: the lazy one's, 1, is the first of a roll or the second, or not in it.
    function _word(bytes memory indices, uint256 at) private pure returns (bytes4 word) {
        assembly ("memory-safe") {
            word := mload(add(add(indices, 32), at))
        }
    }

    function show_presence(uint256 seed) external whileOpen follows {
        uint64 n = core.openHeight();
        vm.assume(n > 1 && seed % 6 == 0 && !slashed[whoOf[registry.voter(LAZY).signer]]);
        vm.assume(carried[whoOf[registry.voter(LAZY).signer]][n - 1] != 0);
        Vote[] memory votes = new Vote[](1);
        uint64 target = core.committed().sourceHeight + 1;
        votes[0] = _vote(target - 2, target);
        registry.present(n - 1, votes, _record(LAZY, _digest(votes[0])));
    }

    // What must fail

    /// Messages that no state allows; a halted core takes no more of those that an open one may take.
    function refuse(uint256 seed) external follows {
        vm.assume((seed >> 128) % 3 == 0);
        bytes memory message;
        address to = address(core);
        uint256 kind = seed % 6;
        if (kind == 0) message = abi.encodeCall(ICore.open, ());
        if (kind == 1) message = abi.encodeCall(ICore.haltForSlashing, ());
        if (kind == 2) message = abi.encodeCall(ICore.propose, (_stale(), _statedHeight(), new bytes[](0)));
        if (kind == 3) message = _fewSigners();
        if (kind == 4) message = _again();
        if (kind == 5) (to, message) = (address(registry), _secondSlash(seed >> 8));
        (bool done,) = to.call(message);
        check(!done, "a message that must fail was taken");
    }

    /// Of the dynasty that was committed last; for a halted core one that nothing else speaks against.
    function _stale() private view returns (Transition memory t) {
        t = _transition();
        if (!halted) t.dynasty -= 1;
    }

    /// A seal of the lazy one alone.
    function _fewSigners() private view returns (bytes memory) {
        Ready memory ready;
        (ready.t, ready.statedHeight) = (_transition(), _statedHeight());
        ready.link = _link(ready.t, ready.statedHeight);
        uint32[] memory one = new uint32[](1);
        one[0] = LAZY;
        return abi.encodeCall(ICore.commit, (ready.t, ready.statedHeight, ready.link, _seal(ready.link, one)));
    }

    /// The last meta-block, committed again.
    function _again() private view returns (bytes memory) {
        uint64 n = core.openHeight() - 1;
        Vote memory link = linkAt[n];
        return abi.encodeCall(
            ICore.commit, (transitionAt[n], link.sourceHeight, link, _seal(link, _first(core.openHeight() == 1 ? 0 : 1)))
        );
    }

    function _secondSlash(uint256 seed) private view returns (bytes memory) {
        uint256 who = _any(seed, _mask(ValidatorState.Slashed) | _mask(ValidatorState.Withdrawn));
        (Vote memory a, Vote memory b) = _double();
        return abi.encodeCall(registry.slash, (a, _signed(who, a), b, _signed(who, b)));
    }
}
