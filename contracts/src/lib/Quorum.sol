// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title "+2/3": strictly more than two thirds
/// @notice The same integers as `mo_rules_quorum`: no quotient is rounded and nothing overflows. An empty set has no
/// quorum.
///
///     3 of 4 pass, 2 of 3 do not, 3 of 5 do not (3 * 3 = 9 is not above 2 * 5 = 10), 4 of 5 pass
library Quorum {
    /// @notice Whether 3 * weight > 2 * total.
    function reached(uint256 weight, uint256 total) internal pure returns (bool) {
        return weight > 0 && weight <= total && total - weight <= (weight - 1) / 2;
    }
}
