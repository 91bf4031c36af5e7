// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IReputation} from "./IReputation.sol";

/// @title Every stake counts whole, at every height
contract ConstantReputation is IReputation {
    /// @inheritdoc IReputation
    function reputation(address, uint64, uint64) external pure returns (uint256) {
        return 1e18;
    }
}
