// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Vm} from "../Base.sol";
import {Vote} from "../../src/lib/Types.sol";
import {CoreStatus} from "../../src/origin/ICore.sol";
import {Account, IRegistry, ValidatorState} from "../../src/origin/IRegistry.sol";
import {SlashFixture} from "./SlashFixture.sol";

/// @dev Any sequence of deposits, departures, slashes and commits, against the definitions: D(k) is what kernels carried
/// for the slashed, the core halts exactly when a third of a set is slashed, until then all together can commit, and
/// no stake is lost from sight (2.3, 4.5, 5.3).
contract SlashModelTest is SlashFixture {
    uint256 private constant MOST = 14;

    uint256 private count;
    mapping(uint256 who => mapping(uint64 height => uint256)) private carried;
    mapping(uint256 who => bool) private slashed;
    uint256 private entered;
    uint256 private left;
    bool private halted;

    function _add(uint256 seed) private {
        uint256 amount = (10 + seed % 40) * UNIT + seed % 7;
        _deposit(count++, amount);
        entered += amount;
    }

    /// Follows the weights from the events alone.
    function _read(Vm.Log[] memory logs) private {
        uint64 next = core.openHeight();
        for (uint256 who = 0; who < count; ++who) {
            if (next > 0) carried[who][next] = carried[who][next - 1];
        }
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != IRegistry.UpdateCarried.selector) continue;
            (, uint96 weight,) = abi.decode(logs[i].data, (uint8, uint96, uint32));
            uint256 who = _who(address(uint160(uint256(logs[i].topics[2]))));
            carried[who][next] = weight;
            if (next == 1) carried[who][0] = weight;
        }
    }

    function _who(address signer) private view returns (uint256 who) {
        while (_signer(who) != signer) {
            ++who;
        }
    }

    function _sums(uint64 k) private view returns (uint256 total, uint256 ofSlashed) {
        for (uint256 who = 0; who < count; ++who) {
            total += carried[who][k];
            if (slashed[who]) ofSlashed += carried[who][k];
        }
    }

    // The operations.

    function _step(uint256 seed) private {
        uint256 who = (seed >> 8) % count;
        ValidatorState state = _state(who);
        uint256 action = seed % 10;
        if (action < 4) _advance();
        else if (action == 4) _offend(who, state);
        else if (halted) _depart(who, state);
        else if (action == 5 && count < MOST) _add(seed >> 16);
        else if (action == 6 && state == ValidatorState.Active) _logout(who);
        else _depart(who, state);
    }

    function _advance() private {
        if (halted) return;
        vm.recordLogs();
        _commitNext();
        _read(vm.getRecordedLogs());
    }

    function _offend(uint256 who, ValidatorState state) private {
        if (state != ValidatorState.None && state <= ValidatorState.Released) {
            _slash(who);
            slashed[who] = true;
        } else {
            (Vote memory a, Vote memory b) = _double();
            _refuse(who, a, b, abi.encodeWithSelector(IRegistry.StateInvalid.selector, _signer(who), state));
        }
    }

    function _depart(uint256 who, ValidatorState state) private {
        Account memory account = registry.account(_signer(who));
        bool over = account.endHeight != 0 && core.openHeight() > account.endHeight + 1;
        if (state == ValidatorState.Queued && who > 0) {
            vm.prank(_withdrawal(who));
            registry.cancel(_signer(who));
            left += account.shares;
        } else if (state == ValidatorState.Leaving ? over || halted : halted && state == ValidatorState.Active) {
            registry.release(_signer(who));
        } else if (state == ValidatorState.Released && block.timestamp >= account.releasableAt) {
            registry.withdraw(_signer(who));
            left += account.shares;
        }
    }

    // The definitions.

    function _compare() private {
        uint64 n = core.openHeight();
        (uint256 forward, uint256 slashedForward) = _sums(n);
        (uint256 rear, uint256 slashedRear) = _sums(n - 1);
        assertEq(registry.total(n), forward, "F(n)");
        assertEq(registry.total(n - 1), rear, "F(n - 1)");
        assertEq(registry.slashedSum(n), slashedForward, "D(n)");
        assertEq(registry.slashedSum(n - 1), slashedRear, "D(n - 1)");
        halted = halted || 3 * slashedForward >= forward || 3 * slashedRear >= rear;
        check(_isHalted() == halted, "halted, at a third and not before");
        _compareMoney();
    }

    function _compareMoney() private view {
        uint256 shares;
        for (uint256 who = 0; who < count; ++who) {
            shares += registry.account(_signer(who)).shares;
            check((_state(who) == ValidatorState.Slashed) == slashed[who], "slashed for ever");
        }
        uint256 held = shares + registry.credit(address(this)) + registry.burned();
        assertEq(token.balanceOf(address(registry)), held, "held = stakes + rewards + burned");
        assertEq(held + left, entered, "in = held + out");
        check(20 * registry.credit(address(this)) <= registry.credit(address(this)) + registry.burned(), "a twentieth");
    }

    /// forge-config: default.fuzz.runs = 24
    function testFuzz_slashes_halt_at_a_third_and_lose_no_token_from_sight(uint256 seed) public {
        registryConfig.maxUpdates = 5;
        _deploy();
        for (uint256 i = 0; i < 8; ++i) {
            _add(uint256(keccak256(abi.encode(seed, i))));
        }
        vm.recordLogs();
        core.open();
        _read(vm.getRecordedLogs());
        for (uint256 step = 0; step < 40; ++step) {
            seed = uint256(keccak256(abi.encode(seed)));
            _step(seed);
            _compare();
        }
        check(core.status() != CoreStatus.Created, "open or halted");
    }
}
