// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {OriginSteps} from "./OriginSteps.sol";

/// @dev What a campaign calls: one contract, some of its functions.
struct FuzzSelector {
    address addr;
    bytes4[] selectors;
}

/// @dev Core, Registry and OriginHistory under any sequence of messages (4, 5). One campaign checks all invariants.
contract OriginInvariants {
    bool public constant IS_TEST = true;

    OriginSteps private steps;

    function setUp() public {
        steps = new OriginSteps();
        steps.setUp();
    }

    function targetContracts() public view returns (address[] memory contracts) {
        contracts = new address[](1);
        contracts[0] = address(steps);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory selectors) {
        OriginSteps s = steps;
        bytes4[25] memory all = [
            s.deposit.selector, s.cancel.selector, s.logout.selector, s.release.selector, s.withdraw.selector,
            s.refresh.selector, s.veto.selector, s.slash.selector, s.collect_reward.selector, s.propose.selector,
            s.commit.selector, s.commit_late.selector, s.prove_miss.selector, s.reclaim.selector,
            s.collect_bond.selector, s.wait.selector, s.strike.selector, s.contradict.selector,
            s.challenge_halt.selector, s.halt.selector, s.leak.selector, s.show_presence.selector, s.refuse.selector,
            s.commit.selector, s.commit.selector
        ];
        selectors = new FuzzSelector[](1);
        selectors[0] = FuzzSelector(address(steps), new bytes4[](all.length));
        for (uint256 i = 0; i < all.length; ++i) {
            selectors[0].selectors[i] = all[i];
        }
    }

    /// forge-config: default.isolate = false
    function invariant_of_origin() public view {
        steps.one_meta_block_per_height();
        steps.dynasty_and_gas_rise();
        steps.sums_agree_with_the_validators();
        steps.exposed_stake_is_that_of_its_validators();
        steps.every_token_is_accounted_for();
        steps.halted_is_final();
    }

    /// At the end of each run.
    function afterInvariant() public {
        steps.the_honest_can_commit();
    }
}
