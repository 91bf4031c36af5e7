// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Voter} from "./IRegistry.sol";
import {Voters} from "./ValidatorSet.sol";

/// @title D(k): how much of the sum of F(k) belongs to slashed validators (4.5)
/// @notice The totals keep a slashed validator's weight until a kernel carries the slash (5.3), so D(k) / sum F(k) is
/// the share of a set that can no longer vote. With K_n open the forward set is F(n) and the rear set F(n - 1). From a
/// third of either on, +2/3 is out of reach.
///
///     k                     n - 1     n     n + 1           v slashed while K_n is open, carried by K_{n+1}
///     F_v as carried           10    10         0
///     adds to D(k)             10    10         0           at n + 1 it still counts in the rear set
library SlashedWeight {
    /// @notice Ends the voting of an index at every height, and counts what kernels carried for it in D(n), D(n - 1).
    /// @param n height of the open kernel, at least 1
    /// @return weight F_v(n): what the totals hold until a kernel carries the slash
    function slash(Voters storage set, uint32 index, uint64 n) internal returns (uint32 weight) {
        Voter memory voter = set.voters[index];
        weight = voter.changedAt <= n ? voter.weight : voter.previous;
        set.slashedSums[n % 4] += weight;
        set.slashedSums[(n - 1) % 4] += voter.changedAt < n ? voter.weight : voter.previous;
        (voter.weight, voter.previous) = (0, 0);
        set.voters[index] = voter;
    }

    /// @notice Whether a third of the forward or of the rear set of K_n is slashed, or more.
    /// @param n height of the open kernel, at least 1
    function reachesThird(Voters storage set, uint64 n) internal view returns (bool) {
        return _reaches(set, n % 4) || _reaches(set, (n - 1) % 4);
    }

    /// The paper says "more than": at exactly a third the core could neither commit nor halt (4.5).
    function _reaches(Voters storage set, uint256 k) private view returns (bool) {
        return 3 * uint256(set.slashedSums[k]) >= set.totals[k];
    }
}
