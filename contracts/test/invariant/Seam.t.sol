// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {FuzzSelector} from "./Origin.t.sol";
import {SeamSteps} from "./SeamSteps.sol";

/// @dev Both chains' contracts together under any sequence of blocks, votes, commits, relays and changes of the set
/// (2, 4.3, 5.3, 5.6). One campaign checks all invariants.
contract SeamInvariants {
    bool public constant IS_TEST = true;

    SeamSteps private steps;

    function setUp() public {
        steps = new SeamSteps();
        steps.setUp();
        steps.start();
    }

    function targetContracts() public view returns (address[] memory contracts) {
        contracts = new address[](1);
        contracts[0] = address(steps);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory selectors) {
        SeamSteps s = steps;
        bytes4[12] memory all = [
            s.mine.selector, s.vote.selector, s.vote_origin.selector, s.commit.selector, s.relay_kernel.selector,
            s.deposit.selector, s.logout.selector, s.refresh.selector, s.slash.selector,
            s.vote.selector, s.vote_origin.selector, s.vote_origin.selector
        ];
        selectors = new FuzzSelector[](1);
        selectors[0] = FuzzSelector(address(steps), new bytes4[](all.length));
        for (uint256 i = 0; i < all.length; ++i) {
            selectors[0].selectors[i] = all[i];
        }
    }

    /// Dearer steps than origin's alone, so fewer runs.
    /// forge-config: default.isolate = false
    /// forge-config: default.invariant.runs = 24
    function invariant_of_the_seam() public view {
        steps.no_vote_counts_twice();
        steps.links_are_stitched();
        steps.finality_only_rises();
        steps.kernels_follow_the_core();
    }
}
