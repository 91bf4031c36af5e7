// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title The token that stands on the auxiliary chain for a token staked on origin
/// @notice ERC-20 with permit. Its storage is empty until the pair is linked (gateway 7.5): every function that
/// changes state reverts before. Name, symbol and decimals are the origin token's. Balances lie in the mapping at
/// ERC-7201's slot of "openzeppelin.storage.ERC20", which is protocol (7.7).
interface IUtilityToken is IERC20Metadata, IERC20Permit {
    /// @notice The constructor's co-gateway is zero.
    error AddressZero();
    /// @notice The name or the symbol is empty (one over 31 bytes fails as StringTooLong).
    error TokenNameRefused(string name);
    /// @notice The pair is not linked yet.
    error TokenNotLinked();
    /// @notice The pair is frozen: balances are what recovery pays on origin (gateway 7.6).
    error TokenIsFrozen();
    /// @notice Only the co-gateway may call.
    error NotCoGateway(address caller);
    /// @notice Linked already.
    error TokenAlreadyLinked();

    /// @notice Balances may move from now on.
    event TokenLinked();
    /// @notice Nothing moves any more.
    event TokenFrozen();

    /// @notice Called by the co-gateway when the link is confirmed.
    function link() external;

    /// @notice Called by the co-gateway when the pair is frozen: no transfer, mint, burn or allowance any more.
    function freeze() external;

    /// @notice Called by the co-gateway when a stake is delivered.
    function mint(address to, uint256 amount) external;

    /// @notice Called by the co-gateway when a redeem is declared; needs no allowance, as the co-gateway has verified
    /// the holder's signature or call.
    function burn(address from, uint256 amount) external;

    /// @notice Whether the pair is linked.
    function isLinked() external view returns (bool);

    /// @notice Whether the pair is frozen.
    function isFrozen() external view returns (bool);

    function CO_GATEWAY() external view returns (address);
}
