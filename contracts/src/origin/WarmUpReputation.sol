// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IReputation} from "./IReputation.sol";

/// @title A joiner weighs nothing at first and its whole stake after `heights` heights (5.2)
/// @notice In between the factor rises with each height, so whoever refreshes every height gains a step each time.
///
///     heights = 4, joined with K_7:    K_7   K_8   K_9   K_10  K_11  K_12
///                                      0     1/4   1/2   3/4   1     1
///
/// Founders have nobody before them and count whole from the start: what is sampled for K_1, and whoever joined with
/// it. A deposit from before opening that found no place among the founders keeps that sample until it is refreshed.
contract WarmUpReputation is IReputation {
    /// @notice Heights after the join from which on the stake counts whole.
    uint64 public immutable heights;

    error HeightsZero();

    constructor(uint64 heights_) {
        if (heights_ == 0) revert HeightsZero();
        heights = heights_;
    }

    /// @inheritdoc IReputation
    function reputation(address, uint64 height, uint64 joinHeight) external view returns (uint256) {
        if (height <= 1 || joinHeight == 1) return 1e18;
        if (joinHeight == 0 || height <= joinHeight) return 0;
        uint64 age = height - joinHeight;
        return age >= heights ? 1e18 : uint256(age) * 1e18 / heights;
    }
}
