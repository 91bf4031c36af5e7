// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

/// @title What is left of a stake after the losses that everybody bears (4.6)
/// @notice A history of (fault height, cumulative index). A stake that was carried from n_0 on and until before n_e is
/// shares * before(n_e) / before(n_0): no loop over validators, and a loss at a height that ended long ago cannot come,
/// since fault heights only rise.
///
///     fault height     -        3        7                 v carried by K_4 bears the loss at 7 and not that at 3:
///     index          1.00     0.90     0.81                stake = shares * 0.81 / 0.90
///
/// The index falls to FLOOR and no further: losses that would take more than all but 10^-18 of a first stake are nobody's,
/// so that nothing is ever divided by 0. Rounded down, so a stake is never worth more than what is held for it.
library LossIndex {
    using Checkpoints for Checkpoints.Trace224;

    /// @notice The index before any loss. START * 2^120 fits 256 bits with 16 to spare.
    uint256 internal constant START = 1e36;
    /// @notice The lowest index.
    uint256 internal constant FLOOR = 1e18;
    uint256 private constant ONE = 1e18;

    /// @notice The index after all losses.
    function current(Checkpoints.Trace224 storage losses) internal view returns (uint256) {
        uint256 index = losses.latest();
        return index == 0 ? START : index;
    }

    /// @notice The index after all losses whose fault height is below `height`, which is at least 1.
    function before(Checkpoints.Trace224 storage losses, uint32 height) internal view returns (uint256) {
        uint256 index = losses.upperLookupRecent(height - 1);
        return index == 0 ? START : index;
    }

    /// @notice Makes `fraction` the whole loss at a fault height, the last one or a new one; a smaller fraction than it has
    /// already changes nothing.
    /// @param fraction of 1e18, at most that
    /// @return old the index before, `index` the one after
    function lose(Checkpoints.Trace224 storage losses, uint32 faultHeight, uint256 fraction)
        internal
        returns (uint256 old, uint256 index)
    {
        old = current(losses);
        index = before(losses, faultHeight) * (ONE - fraction) / ONE;
        if (index < FLOOR) index = FLOOR;
        if (index >= old) return (old, old);
        losses.push(faultHeight, uint224(index));
    }
}
