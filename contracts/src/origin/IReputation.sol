// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title What a validator's stake counts, as a factor in [0, 1] (5.2)
/// @notice The registry asks when an update is queued, never in a commit: a static call with REPUTATION_GAS. A failure
/// or a short answer counts as 0, an answer above 1e18 as 1e18.
interface IReputation {
    /// @param signer the validator
    /// @param height height of the next kernel
    /// @param joinHeight height of the kernel that carried the join, 0 before
    /// @return the factor, 1e18 = 1
    function reputation(address signer, uint64 height, uint64 joinHeight) external view returns (uint256);
}
