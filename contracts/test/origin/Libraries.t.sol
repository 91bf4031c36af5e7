// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BlockHeader, Header} from "../../src/lib/BlockHeader.sol";
import {ChainBlocks} from "../../src/lib/ChainBlocks.sol";
import {Quorum} from "../../src/lib/Quorum.sol";
import {Seal} from "../../src/lib/Seal.sol";
import {Signatures} from "../../src/lib/Signatures.sol";
import {Base} from "../Base.sol";

/// @dev The quorum against a table and against the formula itself (section 2, interfaces 0.3).
contract QuorumTest is Base {
    function test_three_of_five_is_no_quorum_though_rounded_division_passes_it() public pure {
        // floor(2 * 5 / 3) = 3 let 3 of 5 through in an earlier implementation.
        assertFalse(Quorum.reached(3, 5));
        assertTrue(Quorum.reached(4, 5));
    }

    function test_an_empty_set_has_no_quorum() public pure {
        assertFalse(Quorum.reached(0, 0));
        assertFalse(Quorum.reached(1, 0));
    }

    function test_the_quorum_is_strictly_more_than_two_thirds_for_all_small_sets() public pure {
        for (uint256 total = 0; total <= 60; ++total) {
            for (uint256 weight = 0; weight <= 60; ++weight) {
                bool expected = weight <= total && 3 * weight > 2 * total;
                check(Quorum.reached(weight, total) == expected, "quorum");
            }
        }
    }

    function test_the_quorum_of_the_largest_total_does_not_overflow() public pure {
        uint256 most = type(uint256).max;
        assertTrue(Quorum.reached(most, most));
        assertTrue(Quorum.reached(most / 3 * 2 + 1, most));
        assertFalse(Quorum.reached(most / 3 * 2, most));
    }
}
