// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Account, ValidatorState} from "../../src/origin/IRegistry.sol";
import {SlashFixture} from "./SlashFixture.sol";

/// @dev Any sequence of deposits, departures, losses, penalties, vetoes, slashes and commits, against a loop over all
/// validators: what every stake is worth, whom a loss falls on, and that tokens in = held + withdrawn, where what is held
/// covers every stake, credit and what is burned, and more by dust alone (4.6).
contract LossModelTest is SlashFixture {
    uint256 private constant MOST = 12;
    /// Units below one, so that the model's own rounding is far below the contracts'.
    uint256 private constant FINE = 1e18;

    uint256 private count;
    /// What each stake is worth, in units of 1 / FINE; and before the losses at the last fault height.
    mapping(uint256 who => uint256) private worth;
    mapping(uint256 who => uint256) private unharmed;
    uint64 private faultHeight;
    uint256 private fraction;
    uint256 private entered;
    uint256 private left;
    /// Operations that round.
    uint256 private rounded;
    uint256 private vetoes;

    function _add(uint256 seed) private {
        uint256 amount = (10 + seed % 40) * UNIT + (seed >> 16) % 1e18;
        worth[count] = amount * FINE;
        unharmed[count] = worth[count];
        _deposit(count++, amount);
        entered += amount;
    }

    function _account(uint256 who) private view returns (Account memory) {
        return registry.account(_signer(who));
    }

    /// n_0 <= the last committed height < n_e.
    function _bears(uint256 who) private view returns (bool) {
        Account memory a = _account(who);
        uint64 fault = core.openHeight() - 1;
        return a.joinHeight != 0 && a.joinHeight <= fault && (a.endHeight == 0 || a.endHeight > fault);
    }

    // The operations.

    function _step(uint256 seed) private {
        uint256 who = (seed >> 8) % count;
        ValidatorState state = _state(who);
        uint256 action = seed % 12;
        if (action < 3) _commitNext();
        else if (action < 6) _lose(seed >> 16);
        else if (action == 6 && count < MOST) _add(seed >> 16);
        else if (action == 7 && state == ValidatorState.Active && who > 4) _logout(who);
        else if (action == 8 && state == ValidatorState.Active) _veto(who);
        else if (action == 9) _penalise(who);
        else if (action == 10 && who > 4 && state > ValidatorState.None && state <= ValidatorState.Released) _end(who);
        else _depart(who, state);
    }

    function _lose(uint256 seed) private {
        uint64 n = core.openHeight();
        if (n < 2) return;
        uint64 missed = uint64(1 + seed % 120);
        uint256 whole = missed > 100 ? 1e17 : uint256(missed) * 1e15;
        if (faultHeight != n - 1) (faultHeight, fraction) = (n - 1, 0);
        if (fraction == 0) {
            for (uint256 i = 0; i < count; ++i) {
                unharmed[i] = worth[i];
            }
        }
        if (whole > fraction) {
            fraction = whole;
            for (uint256 i = 0; i < count; ++i) {
                if (_bears(i)) worth[i] = unharmed[i] * (1e18 - whole) / 1e18;
            }
        }
        vm.prank(address(core));
        registry.lose(n - 1, missed, address(this));
        ++rounded;
    }

    /// Takes `part` of 1e18 of one stake.
    function _shrink(uint256 who, uint256 part) private {
        worth[who] -= worth[who] * part / 1e18;
        unharmed[who] -= unharmed[who] * part / 1e18;
        ++rounded;
    }

    function _veto(uint256 who) private {
        vm.prank(_withdrawal(who));
        registry.veto(address(uint160(0x6000 + ++vetoes)), _signer(who), "");
        _shrink(who, 1e16);
    }

    /// A penalty as the core gives it; the core would halt with it.
    function _penalise(uint256 who) private {
        if (_account(who).joinHeight == 0) return;
        bytes memory seal = abi.encodePacked(uint8(0), _account(who).index, bytes32(0), bytes32(0));
        vm.prank(address(core));
        registry.penalise(seal, address(this));
        _shrink(who, 1e17);
    }

    function _end(uint256 who) private {
        _slash(who);
        (worth[who], unharmed[who]) = (0, 0);
        ++rounded;
    }

    function _depart(uint256 who, ValidatorState state) private {
        Account memory a = _account(who);
        if (state == ValidatorState.Queued) {
            vm.prank(_withdrawal(who));
            registry.cancel(_signer(who));
            left += a.shares;
        } else if (state == ValidatorState.Leaving && a.endHeight != 0 && core.openHeight() > a.endHeight + 1) {
            registry.release(_signer(who));
            return;
        } else if (state == ValidatorState.Released && block.timestamp >= a.releasableAt) {
            uint256 before = token.balanceOf(_withdrawal(who));
            registry.withdraw(_signer(who));
            left += token.balanceOf(_withdrawal(who)) - before;
        } else {
            return;
        }
        (worth[who], unharmed[who]) = (0, 0);
        ++rounded;
    }

    // The definitions.

    function _compare() private view {
        uint256 stakes;
        uint256 exposed;
        for (uint256 who = 0; who < count; ++who) {
            uint256 stake = registry.stakeOf(_signer(who));
            _near(stake, worth[who] / FINE, rounded + 1, "a stake");
            stakes += stake;
            if (core.openHeight() > 1 && _bears(who)) exposed += stake;
        }
        uint256 sum = registry.exposedStake();
        check(sum < exposed + count + 1, "never more than the stakes that a loss falls on");
        check(sum + 2 * (rounded + count) >= exposed, "and less by dust");
        uint256 owed = stakes + registry.credit(address(this)) + registry.burned();
        uint256 held = token.balanceOf(address(registry));
        assertEq(held + left, entered, "in = held + out");
        check(held >= owed, "what is held covers stakes, credit and what is burned");
        check(held - owed <= 2 * (rounded + 1) * (count + 1), "and more by dust alone");
    }

    function _near(uint256 a, uint256 b, uint256 most, string memory what) private pure {
        check(a > b ? a - b <= most : b - a <= most, what);
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_losses_fall_on_those_who_were_there_and_tokens_in_are_held_or_out(uint256 seed) public {
        registryConfig.maxUpdates = 5;
        registryConfig.minStake = uint128(UNIT);
        _deploy();
        for (uint256 i = 0; i < 7; ++i) {
            _add(uint256(keccak256(abi.encode(seed, i))));
        }
        core.open();
        for (uint256 step = 0; step < 50 && !_isHalted(); ++step) {
            seed = uint256(keccak256(abi.encode(seed)));
            _step(seed);
            _compare();
        }
        check(core.openHeight() > 0, "opened");
    }
}
