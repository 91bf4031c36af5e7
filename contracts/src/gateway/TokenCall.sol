// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IMessageBus} from "./IMessageBus.sol";

/// @title Moving a foreign token by exact amounts (gateway 7.3)
/// @notice A token may return nothing; it may refuse by reverting or by returning false. What it may not do is to move
/// another amount than asked for: fee-on-transfer tokens are refused, rebasing ones unsupported. At most 32 bytes of
/// what a token returns are read, so it cannot make the caller pay for copying more.
library TokenCall {
    /// @notice Pulls exactly `amount` from `from`, or reverts.
    function pull(IERC20 token, address from, uint256 amount) internal {
        uint256 before = token.balanceOf(address(this));
        if (!SafeERC20.trySafeTransferFrom(token, from, address(this), amount)) {
            revert IMessageBus.PullFailed(address(token), from, amount);
        }
        uint256 gained = _rise(before, token.balanceOf(address(this)));
        if (gained != amount) revert IMessageBus.TransferInexact(address(token), amount, gained);
    }

    /// @notice Releases exactly `amount` to `to` and says whether the token did it; reverts if it moved anything else.
    /// @param gasCap units of gas that the transfer may use, so that how it ends does not depend on what is left
    function tryRelease(IERC20 token, address to, uint256 amount, uint256 gasCap) internal returns (bool released) {
        uint256 before = token.balanceOf(address(this));
        released = _tryTransfer(address(token), to, amount, gasCap);
        uint256 lost = _rise(token.balanceOf(address(this)), before);
        uint256 expected = released ? amount : 0;
        if (lost != expected) revert IMessageBus.TransferInexact(address(token), expected, lost);
    }

    /// How far the second balance lies above the first; a fall is reported as the largest amount, which no token has.
    function _rise(uint256 low, uint256 high) private pure returns (uint256) {
        return high >= low ? high - low : type(uint256).max;
    }

    function _tryTransfer(address token, address to, uint256 amount, uint256 gasCap) private returns (bool done) {
        bytes memory input = abi.encodeCall(IERC20.transfer, (to, amount));
        assembly ("memory-safe") {
            mstore(0x00, 0)
            done := call(gasCap, token, 0, add(input, 0x20), mload(input), 0x00, 0x20)
            // Done: it returned true, or nothing while there is code.
            let silent := and(iszero(returndatasize()), gt(extcodesize(token), 0))
            let affirmed := and(gt(returndatasize(), 0x1f), eq(mload(0x00), 1))
            done := and(done, or(silent, affirmed))
        }
    }
}
