// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IReputation} from "./IReputation.sol";

/// @title Every stake counts whole for `heights` heights from its join, then not at all (5.2)
/// @notice Makes the set churn: a validator that wants to go on registers another key with another deposit. At the end
/// of the lifetime anyone's refresh queues the weight 0; until then the weight stays, for nothing is refreshed by itself.
///
///     heights = 3, joined with K_7:    K_7   K_8   K_9   K_10  K_11
///                                      1     1     1     0     0
contract LifetimeReputation is IReputation {
    /// @notice Heights, that of the join among them, at which the stake counts.
    uint64 public immutable heights;

    error HeightsZero();

    constructor(uint64 heights_) {
        if (heights_ == 0) revert HeightsZero();
        heights = heights_;
    }

    /// @inheritdoc IReputation
    function reputation(address, uint64 height, uint64 joinHeight) external view returns (uint256) {
        if (joinHeight == 0 || height < joinHeight) return 1e18;
        return height - joinHeight < heights ? 1e18 : 0;
    }
}
