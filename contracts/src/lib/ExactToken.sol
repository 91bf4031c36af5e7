// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title Token moves that change this contract's balance by exactly the amount
/// @notice A token that answers false reverts, one that answers nothing is accepted, one that keeps a fee is refused:
/// what is booked is what came or went.
library ExactToken {
    using SafeERC20 for IERC20;

    /// @notice The balance of this contract changed by another amount than the one moved.
    error TokenMoveInexact(address token, uint256 amount, uint256 balanceBefore, uint256 balanceAfter);

    /// @notice Takes `amount` from `from`, which has approved it.
    function pull(IERC20 token, address from, uint256 amount) internal {
        uint256 balance = token.balanceOf(address(this));
        token.safeTransferFrom(from, address(this), amount);
        uint256 then = token.balanceOf(address(this));
        if (then < balance || then - balance != amount) revert TokenMoveInexact(address(token), amount, balance, then);
    }

    /// @notice Gives `amount` to `to`.
    function send(IERC20 token, address to, uint256 amount) internal {
        uint256 balance = token.balanceOf(address(this));
        token.safeTransfer(to, amount);
        uint256 then = token.balanceOf(address(this));
        if (then > balance || balance - then != amount) revert TokenMoveInexact(address(token), amount, balance, then);
    }
}
