// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title A plain token for devnets: what a core on a live chain takes as stake exists there already
/// @notice 18 decimals; the whole supply is made once and given to one account.
contract StakeToken is ERC20, ERC20Permit {
    constructor(string memory name, string memory symbol, uint256 supply, address to)
        ERC20(name, symbol)
        ERC20Permit(name)
    {
        _mint(to, supply);
    }
}
