// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {IUtilityToken} from "./IUtilityToken.sol";

/// @title The token that stands on the auxiliary chain for a token staked on origin
/// @dev Name and symbol are packed into immutables of 32 bytes; OpenZeppelin's own strings are given as empty, which
/// writes no storage. Storage (balances at slot 0 are protocol, 7.7): 0 balances, 1 allowances, 2 total supply,
/// 3 to 6 OpenZeppelin's strings (always zero), 7 permit nonces, 8 linked.
contract UtilityToken is ERC20, ERC20Permit, IUtilityToken {
    using ShortStrings for string;
    using ShortStrings for ShortString;

    address public immutable override CO_GATEWAY;
    ShortString private immutable NAME;
    ShortString private immutable SYMBOL;
    uint8 private immutable DECIMALS;

    bool public override isLinked;

    modifier onlyCoGateway() {
        if (msg.sender != CO_GATEWAY) revert NotCoGateway(msg.sender);
        _;
    }

    /// @param name_ the origin token's name, 1 to 31 bytes
    /// @param symbol_ the origin token's symbol, 1 to 31 bytes
    /// @param decimals_ the origin token's decimals
    /// @param coGateway predicted address of the co-gateway
    constructor(string memory name_, string memory symbol_, uint8 decimals_, address coGateway)
        ERC20("", "")
        ERC20Permit(name_)
    {
        if (coGateway == address(0)) revert AddressZero();
        if (bytes(name_).length == 0) revert TokenNameRefused(name_);
        if (bytes(symbol_).length == 0) revert TokenNameRefused(symbol_);
        NAME = name_.toShortString();
        SYMBOL = symbol_.toShortString();
        DECIMALS = decimals_;
        CO_GATEWAY = coGateway;
    }

    /// @inheritdoc IUtilityToken
    function link() external override onlyCoGateway {
        if (isLinked) revert TokenAlreadyLinked();
        isLinked = true;
        emit TokenLinked();
    }

    /// @inheritdoc IUtilityToken
    function mint(address to, uint256 amount) external override onlyCoGateway {
        _mint(to, amount);
    }

    /// @inheritdoc IUtilityToken
    function burn(address from, uint256 amount) external override onlyCoGateway {
        _burn(from, amount);
    }

    function name() public view override(ERC20, IERC20Metadata) returns (string memory) {
        return NAME.toString();
    }

    function symbol() public view override(ERC20, IERC20Metadata) returns (string memory) {
        return SYMBOL.toString();
    }

    function decimals() public view override(ERC20, IERC20Metadata) returns (uint8) {
        return DECIMALS;
    }

    function nonces(address owner) public view override(ERC20Permit, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }

    /// @dev Every movement of balances passes here: transfer, transferFrom, mint, burn.
    function _update(address from, address to, uint256 value) internal override {
        if (!isLinked) revert TokenNotLinked();
        super._update(from, to, value);
    }

    /// @dev Every write of an allowance passes here: approve, permit, transferFrom.
    function _approve(address owner, address spender, uint256 value, bool emitEvent) internal override {
        if (!isLinked) revert TokenNotLinked();
        super._approve(owner, spender, value, emitEvent);
    }
}
