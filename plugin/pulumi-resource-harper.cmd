@echo off
node "%~dp0bundle\main.js" %*
